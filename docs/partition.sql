-- Partitions the big tables of a PostgreSQL database: those of cases by organisation, 16 partitions
-- each; the lines of locked months by year, since an office alone has a line an enterprise a month.
-- Tables with a few rows an enterprise stay whole. All is one transaction with some thousand locks:
-- where PostgreSQL says "out of shared memory", set max_locks_per_transaction = 256 and start it anew.
--
-- Run it once, with servers and workers stopped and a backup at hand, right after
-- `bihuan db upgrade`:   psql -v ON_ERROR_STOP=1 -1 -f docs/partition.sql "$BIHUAN_DATABASE_URL"
-- It copies what is there. PostgreSQL wants the partition key in every unique key, so those on a
-- number or a digest get the organisation in front: numbers carry its code, digests are random.

create temporary table big on commit drop as
select name, 'hash (organisation_id)' as way from unnest(array[
    'instance', 'task', 'event', 'vote', 'job', 'hazard', 'reward', 'certificate', 'reporter', 'message',
    'attachment', 'draft', 'idempotency', 'counter', 'month', 'month_person',
    'notification', 'seal', 'migration_item', 'evidence', 'zero_statement', 'monthly_return', 'audit_look',
    'attendance', 'self_check', 'check_in'
]) as name
union all
select 'return_line', 'range (month)';

-- What refers to a big table is lost with the plain one, also where it stands in another table.
create temporary table kept on commit drop as
select conrelid::regclass::text as name, conname, contype,
       case when contype = 'u' then regexp_replace(
           pg_get_constraintdef(oid), '^([^(]*)\((?!organisation_id)', '\1(organisation_id, ')
       else pg_get_constraintdef(oid) end as definition
from pg_constraint
where contype in ('p', 'u', 'f') and conrelid::regclass::text in (select name from big)
   or contype = 'f' and confrelid::regclass::text in (select name from big);

create temporary table indexes on commit drop as
select tablename as name, case when indexdef like 'CREATE UNIQUE%' then regexp_replace(
           indexdef, '^([^(]*)\((?!organisation_id)', '\1(organisation_id, ') else indexdef end as definition
from pg_indexes
where schemaname = current_schema() and tablename in (select name from big)
  and indexname not in (select conname from kept);

do $$
declare
    each record;
begin
    for each in select * from big loop
        execute format('alter table %I rename to %I', each.name, 'plain_' || each.name);
        execute format(
            'create table %I (like %I including defaults including storage) partition by %s',
            each.name, 'plain_' || each.name, each.way);
        if each.way like 'hash%' then
            for number in 0..15 loop
                execute format(
                    'create table %I partition of %I for values with (modulus 16, remainder %s)',
                    each.name || '_' || number, each.name, number);
            end loop;
        else
            for number in 2025..2034 loop
                execute format('create table %I partition of %I for values from (%L) to (%L)',
                    each.name || '_' || number, each.name, number || '-01', number + 1 || '-01');
            end loop;
            execute format(
                'create table %I partition of %I default', each.name || '_other', each.name);
        end if;
        execute format('insert into %I select * from %I', each.name, 'plain_' || each.name);
    end loop;
    for each in select name from big loop
        execute format('drop table %I cascade', 'plain_' || each.name);
    end loop;
    for each in select * from kept order by contype <> 'p', contype = 'f' loop
        execute format(
            'alter table %s add constraint %I %s', each.name, each.conname, each.definition);
    end loop;
    for each in select * from indexes loop
        execute each.definition;
    end loop;
end
$$;
