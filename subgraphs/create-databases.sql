-- One database and one role for each agency, for an empty PostgreSQL 15 or newer. Run once by psql as its superuser:
-- the image of docker-compose.yml does so at its first start. The passwords come from the environment.
\set ON_ERROR_STOP on
\getenv interior_password INTERIOR_DATABASE_PASSWORD
\getenv health_password HEALTH_DATABASE_PASSWORD
\getenv education_password EDUCATION_DATABASE_PASSWORD
\getenv social_password SOCIAL_DATABASE_PASSWORD
\getenv centres_password CENTRES_DATABASE_PASSWORD

create temporary table agency (name text primary key, password text not null check (length(password) >= 8));
-- A variable that is not set is a syntax error here: no role is ever made without a password.
insert into agency values
  ('interior', :'interior_password'),
  ('health', :'health_password'),
  ('education', :'education_password'),
  ('social', :'social_password'),
  ('centres', :'centres_password');

-- Passwords stay out of the server's log.
set log_min_error_statement = panic;
set log_statement = none;
select format('create role %I login nosuperuser nocreatedb nocreaterole connection limit 50 password %L', name, password)
  from agency \gexec
reset log_statement;

select format('create database %I owner %I', name, name) from agency \gexec
-- Whoever may log in could otherwise open any database: each agency's is for its own role alone.
select format('revoke all on database %I from public', datname) from pg_database \gexec
