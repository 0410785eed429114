-- Run again at every migration. ${app} is the role the service works under.
grant select, insert, update on identity to ${app};
grant select, insert, update, delete on identity_key to ${app};
