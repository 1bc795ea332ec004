-- What people did, as others read it, and what somebody should hear of; both made of events, and each event once: the
-- cursors move in the transactions in which rows are made.

ALTER TABLE project.outbox ADD COLUMN custom_role text COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE project.event_cursors (
    source    text PRIMARY KEY,
    cursor    text NOT NULL,
    move_time timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE project.collaboration_activities (
    activity_key     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at      timestamptz NOT NULL,
    last_occurred_at timestamptz NOT NULL,
    count            bigint NOT NULL CHECK (count > 0),
    kind             smallint NOT NULL,
    event_id         text COLLATE "C" NOT NULL UNIQUE,
    resource         text COLLATE "C" NOT NULL,
    project          text COLLATE "C" NOT NULL,
    actor            text COLLATE "C" NOT NULL,
    agent            text COLLATE "C" NOT NULL,
    details          jsonb NOT NULL
) WITH (fillfactor = 80);

COMMENT ON COLUMN project.collaboration_activities.kind IS 'As shoal.project.v1.ActivityKind.';
COMMENT ON COLUMN project.collaboration_activities.event_id IS 'The source and id of the first event it is made of.';
COMMENT ON COLUMN project.collaboration_activities.project IS 'Where the resource was then; empty = in none.';

CREATE INDEX collaboration_activities_old ON project.collaboration_activities (last_occurred_at);
CREATE INDEX collaboration_activities_of_resource
    ON project.collaboration_activities (resource, last_occurred_at DESC, activity_key DESC);
CREATE INDEX collaboration_activities_in_project
    ON project.collaboration_activities (project, last_occurred_at DESC, activity_key DESC);
CREATE INDEX collaboration_activities_by_user
    ON project.collaboration_activities (actor, last_occurred_at DESC, activity_key DESC);
CREATE INDEX collaboration_activities_sessions
    ON project.collaboration_activities (resource, actor, agent, last_occurred_at DESC) WHERE kind = 2;

-- How much happened in a project in each hour of the last week; refreshed on a beat.
CREATE MATERIALIZED VIEW project.project_activity_summary AS
SELECT project, date_trunc('hour', occurred_at, 'UTC') AS hour, count(*) AS activity_count,
    array_agg(DISTINCT actor ORDER BY actor) FILTER (WHERE actor <> '') AS active_users
FROM project.collaboration_activities
WHERE occurred_at > now() - interval '7 days' AND project <> ''
GROUP BY 1, 2;

CREATE UNIQUE INDEX project_activity_summary_hour ON project.project_activity_summary (project, hour);

-- Whoever adds notifications does so one after another (a lock of the transaction), so that a higher id is committed
-- later, and one can follow from an id on.
CREATE TABLE project.notifications (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    create_time timestamptz NOT NULL,
    read_time   timestamptz,
    kind        smallint NOT NULL,
    addressee   text COLLATE "C" NOT NULL,
    event_id    text COLLATE "C" NOT NULL,
    resource    text COLLATE "C" NOT NULL,
    project     text COLLATE "C" NOT NULL,
    actor       text COLLATE "C" NOT NULL,
    details     jsonb NOT NULL,
    UNIQUE (addressee, event_id)
);

COMMENT ON COLUMN project.notifications.addressee IS
    '`user:` and a subject, or `email:` and an address as they are compared, of whoever has it verified.';
COMMENT ON COLUMN project.notifications.kind IS 'As shoal.project.v1.NotificationKind.';

CREATE INDEX notifications_to ON project.notifications (addressee, id DESC);
CREATE INDEX notifications_unread ON project.notifications (addressee, id DESC) WHERE read_time IS NULL;
CREATE INDEX notifications_about ON project.notifications (resource);
CREATE INDEX notifications_old ON project.notifications (create_time);

-- Kinds that somebody does not want to hear of, and documents and projects they want to hear nothing of.
CREATE TABLE project.notification_kinds_off (
    subject text COLLATE "C" NOT NULL,
    kind    smallint NOT NULL,
    PRIMARY KEY (subject, kind)
);

CREATE TABLE project.notification_mutes (
    subject  text COLLATE "C" NOT NULL,
    resource text COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, resource)
);
