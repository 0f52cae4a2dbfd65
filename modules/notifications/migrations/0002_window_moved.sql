alter table notifications.notice drop constraint notice_template_check;
alter table notifications.notice add constraint notice_template_check
  check (template in ('pickup_ready', 'code_reissued', 'collected', 'window_extended'));
alter table notifications.message drop constraint message_template_check;
alter table notifications.message add constraint message_template_check
  check (template in ('sign_in_code', 'pickup_ready', 'code_reissued', 'collected', 'window_extended'));
