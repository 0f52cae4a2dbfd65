-- Of what a customer has put in (A7): who that is; they see its way, too.
alter table custody.parcel add column customer text;
