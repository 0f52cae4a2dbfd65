-- What leaves for the archive is found by its parcel or its age, and what refers to it by it.
create index reservation_successor on reservations.reservation (successor) where successor is not null;
create index reservation_ended on reservations.reservation (ended_at) where parcel is null and state = 'ended';
create index inspection_parcel on reservations.inspection (parcel) where parcel is not null;
