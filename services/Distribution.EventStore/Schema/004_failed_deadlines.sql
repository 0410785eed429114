-- Those that failed and still wait: few, and counted every second.
create index ix_deadlines_failed on deadlines (due_at) where attempts > 0;
