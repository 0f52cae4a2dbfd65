-- What leaves for the archive is found by its parcel, and what refers to it by it.
create index command_grant on access.command ("grant") where "grant" is not null;
create index grant_proxy on access.grant (proxy) where proxy is not null;
create index staff_opening_parcel on access.staff_opening (parcel) where parcel is not null;
create index command_of_nothing on access.command (given_at) where parcel is null;
