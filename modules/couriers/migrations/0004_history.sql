-- A route that is done leaves for the archive when nothing refers to it any more.
create index route_done on couriers.route (done_at) where state = 'done';
create index scan_of_route on couriers.scan (route);
create index problem_of_route on couriers.problem (route);
