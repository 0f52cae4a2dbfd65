-- What leaves for the archive is found by its age; it came nearly in that order.
create index station_event_received on devices.station_event using brin (received_at) with (autosummarize = on);
create index command_sent on devices.command using brin (sent_at) with (autosummarize = on);
