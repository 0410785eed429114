-- Run again at every migration. ${app} is the role the service works under: it adds to history and cannot change it.
grant usage on schema public to ${app};
grant select, insert on mt_events to ${app};
grant select, insert on mt_streams to ${app};
grant select, insert, update, delete on mt_event_progression, deadlines, projections to ${app};
grant select on inbox to ${app};
grant usage on sequence mt_events_sequence to ${app};
-- Granted once and not needed: versions are moved by append_commits alone, and a sequence set back would draw numbers twice.
revoke update on mt_streams from ${app};
revoke select, update on sequence mt_events_sequence from ${app};
grant execute on function append_commits to ${app};
grant usage, create on schema read to ${app};
-- Each build of a projection is a schema of its own, made and dropped by the service.
do $$ begin execute format('grant create on database %I to ${app}', current_database()); end $$;
