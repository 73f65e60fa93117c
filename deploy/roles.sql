-- The database roles of docker-compose.yml: one owns the tables and migrates, one serves (docs/adr/0041).
-- The superuser runs it by psql, before each migration. A second run changes nothing but the passwords.
\set ON_ERROR_STOP on
\set QUIET on
\getenv owner_password OWNER_PASSWORD
\getenv serving_password SERVING_PASSWORD
SET client_min_messages = warning;

BEGIN;
SELECT format('CREATE ROLE %I', role)
FROM unnest(ARRAY['academy_owner', 'academy_serving']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

ALTER ROLE academy_owner
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE academy_serving
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'serving_password';

ALTER DATABASE :"DBNAME" OWNER TO academy_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO academy_serving;
ALTER SCHEMA public OWNER TO academy_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- In a database of an earlier release, the superuser owns the tables and the functions of the triggers.
SELECT format('ALTER TABLE %s OWNER TO academy_owner', oid::regclass)
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
    AND relowner <> 'academy_owner'::regrole
UNION ALL
SELECT format('ALTER FUNCTION %s OWNER TO academy_owner', oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proowner <> 'academy_owner'::regrole
\gexec
COMMIT;
