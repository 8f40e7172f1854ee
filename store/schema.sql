-- schema.sql - the tables of case.db, version 2: the only DDL of the program. docs/FORMATS.md
-- explains every table and column.
--
-- Invariants. Rows of a closed run never change (triggers "seal_*"). What was captured is only ever
-- added to (triggers "keep_*"); what may change is named at its trigger. Times are milliseconds since the epoch, UTC. Numbers of kinds,
-- outcomes, roles and places are those of base/vocab.h. 0 and '' stand for "none": they take no
-- room. Text is bytes as a site sent them: compared by bytes, escaped only on the way out.

CREATE TABLE meta(
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seed(
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    raw TEXT NOT NULL,
    added_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX seed_by_site ON seed(site);

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    label TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0 CHECK(closed IN (0, 1)),
    cut_short INTEGER NOT NULL DEFAULT 0,
    options TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_open ON run(closed) WHERE closed = 0; -- one open run at most

CREATE TABLE site(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE host(
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES site(id),
    name TEXT NOT NULL UNIQUE,
    next_ms INTEGER NOT NULL DEFAULT 0,
    delay_ms INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    clean INTEGER NOT NULL DEFAULT 0
) STRICT;

-- hash: 24 bits of the site's number, then 40 bits of the text's XXH3; see url.c.
CREATE TABLE url(
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,
    host_id INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX url_by_hash ON url(hash);

CREATE TABLE queue(
    run INTEGER NOT NULL,
    url_id INTEGER NOT NULL,
    host_id INTEGER NOT NULL,
    outcome INTEGER NOT NULL, -- 0: waiting
    priority INTEGER NOT NULL,
    depth INTEGER NOT NULL,
    hops INTEGER NOT NULL,
    redirects INTEGER NOT NULL,
    via_kind INTEGER NOT NULL,
    via_url_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(run, url_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_waiting ON queue(run, host_id, priority, url_id) WHERE outcome = 0;

CREATE TABLE warc(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run(id),
    name TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE warc_record(
    file_id INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    type TEXT NOT NULL,
    member BLOB NOT NULL CHECK(length(member) = 32),
    PRIMARY KEY(file_id, offset)
) STRICT, WITHOUT ROWID;

-- What read a body: reader and signature tables.
CREATE TABLE reading(
    id INTEGER PRIMARY KEY,
    reader TEXT NOT NULL,
    tables TEXT NOT NULL,
    UNIQUE(reader, tables)
) STRICT;

-- body_id: the first content of the same URL and SHA-256, whatever read it.
CREATE TABLE content(
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    body_id INTEGER NOT NULL,
    reading_id INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK(length(sha256) = 32),
    media_type TEXT NOT NULL,
    charset TEXT NOT NULL,
    title TEXT NOT NULL,
    lang TEXT NOT NULL,
    failure TEXT NOT NULL,
    signs TEXT NOT NULL,
    UNIQUE(url_id, sha256, reading_id)
) STRICT;

-- crosses: the target lies in another site.
CREATE TABLE link(
    content_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    to_url_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    crosses INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    text TEXT NOT NULL,
    rel TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY(content_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_crossing ON link(content_id, to_url_id, kind) WHERE crosses = 1;

CREATE TABLE indicator(
    id INTEGER PRIMARY KEY,
    class TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE(class, value)
) STRICT;

-- raw: NULL when it equals the indicator's value.
CREATE TABLE sighting(
    content_id INTEGER NOT NULL,
    indicator_id INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    place INTEGER NOT NULL,
    length INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    raw TEXT,
    PRIMARY KEY(content_id, indicator_id, offset, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    url_id INTEGER NOT NULL,
    content_id INTEGER NOT NULL,
    body_id INTEGER NOT NULL,
    robots_fetch_id INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    status INTEGER NOT NULL,
    cut INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    response_file INTEGER NOT NULL,
    response_offset INTEGER NOT NULL,
    response_bytes INTEGER NOT NULL,
    request_file INTEGER NOT NULL,
    request_offset INTEGER NOT NULL,
    request_bytes INTEGER NOT NULL,
    ip TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX fetch_by_url ON fetch(url_id);
CREATE INDEX fetch_by_body ON fetch(body_id, started_ms, run) WHERE body_id > 0;

CREATE TABLE robots(
    run INTEGER NOT NULL,
    origin TEXT NOT NULL,
    fetched_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    fetch_id INTEGER NOT NULL,
    rules BLOB NOT NULL,
    PRIMARY KEY(run, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact(
    run INTEGER NOT NULL,
    host_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    warc_file INTEGER NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_bytes INTEGER NOT NULL,
    PRIMARY KEY(run, host_id, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE site_state(
    site_id INTEGER NOT NULL REFERENCES site(id),
    run INTEGER NOT NULL,
    role INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY(site_id, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    made_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    object TEXT NOT NULL,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    undone INTEGER NOT NULL
) STRICT;

CREATE TABLE analysis(
    id INTEGER PRIMARY KEY,
    upto_run INTEGER NOT NULL,
    method TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    conf_sha256 TEXT NOT NULL,
    background TEXT NOT NULL,
    UNIQUE(upto_run, method)
) STRICT;

CREATE TABLE network(
    analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sites INTEGER NOT NULL,
    confidence REAL NOT NULL,
    strongest TEXT NOT NULL,
    PRIMARY KEY(analysis, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member(
    analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    network TEXT NOT NULL,
    site TEXT NOT NULL,
    role TEXT NOT NULL,
    confidence REAL NOT NULL,
    core INTEGER NOT NULL,
    PRIMARY KEY(analysis, network, site, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE bridge(
    analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    class TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    sites INTEGER NOT NULL,
    PRIMARY KEY(analysis, class, value)
) STRICT, WITHOUT ROWID;

-- A closed run is sealed.
CREATE TRIGGER seal_run_update BEFORE UPDATE ON run WHEN OLD.closed = 1
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_run_delete BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'runs are never deleted'); END;

CREATE TRIGGER seal_fetch_insert BEFORE INSERT ON fetch
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;

CREATE TRIGGER seal_queue_insert BEFORE INSERT ON queue
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_queue_update BEFORE UPDATE ON queue
WHEN (SELECT closed FROM run WHERE id = OLD.run) IS NOT 0 OR NEW.run <> OLD.run
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_queue_delete BEFORE DELETE ON queue
BEGIN SELECT RAISE(ABORT, 'queue rows are never deleted'); END;

CREATE TRIGGER seal_robots_insert BEFORE INSERT ON robots
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_robots_update BEFORE UPDATE ON robots
WHEN (SELECT closed FROM run WHERE id = OLD.run) IS NOT 0 OR NEW.run <> OLD.run
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_robots_delete BEFORE DELETE ON robots
BEGIN SELECT RAISE(ABORT, 'robots rows are never deleted'); END;

CREATE TRIGGER seal_fact_insert BEFORE INSERT ON fact
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_fact_update BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'facts never change'); END;
CREATE TRIGGER seal_fact_delete BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;

CREATE TRIGGER seal_site_state_insert BEFORE INSERT ON site_state
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_site_state_update BEFORE UPDATE ON site_state
WHEN (SELECT closed FROM run WHERE id = OLD.run) IS NOT 0 OR NEW.run <> OLD.run
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER seal_site_state_delete BEFORE DELETE ON site_state
BEGIN SELECT RAISE(ABORT, 'site states are never deleted'); END;

-- What was captured stays as it was captured.
CREATE TRIGGER keep_fetch_update BEFORE UPDATE ON fetch
BEGIN SELECT RAISE(ABORT, 'fetches never change'); END;
CREATE TRIGGER keep_fetch_delete BEFORE DELETE ON fetch
BEGIN SELECT RAISE(ABORT, 'fetches are never deleted'); END;
CREATE TRIGGER keep_content_update BEFORE UPDATE ON content
BEGIN SELECT RAISE(ABORT, 'contents never change'); END;
CREATE TRIGGER keep_content_delete BEFORE DELETE ON content
BEGIN SELECT RAISE(ABORT, 'contents are never deleted'); END;
CREATE TRIGGER keep_link_update BEFORE UPDATE ON link
BEGIN SELECT RAISE(ABORT, 'links never change'); END;
CREATE TRIGGER keep_link_delete BEFORE DELETE ON link
BEGIN SELECT RAISE(ABORT, 'links are never deleted'); END;
CREATE TRIGGER keep_sighting_update BEFORE UPDATE ON sighting
BEGIN SELECT RAISE(ABORT, 'sightings never change'); END;
CREATE TRIGGER keep_sighting_delete BEFORE DELETE ON sighting
BEGIN SELECT RAISE(ABORT, 'sightings are never deleted'); END;
CREATE TRIGGER keep_url_update BEFORE UPDATE ON url
BEGIN SELECT RAISE(ABORT, 'urls never change'); END;
CREATE TRIGGER keep_url_delete BEFORE DELETE ON url
BEGIN SELECT RAISE(ABORT, 'urls are never deleted'); END;
CREATE TRIGGER keep_indicator_update BEFORE UPDATE ON indicator
BEGIN SELECT RAISE(ABORT, 'indicators never change'); END;
CREATE TRIGGER keep_indicator_delete BEFORE DELETE ON indicator
BEGIN SELECT RAISE(ABORT, 'indicators are never deleted'); END;

-- @guards: since version 2; a case of version 1 gets them when a command writes to it.
-- A WARC file grows until it is closed; its records are where they are.
CREATE TRIGGER IF NOT EXISTS seal_warc_insert BEFORE INSERT ON warc
WHEN (SELECT closed FROM run WHERE id = NEW.run) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the run is closed'); END;
CREATE TRIGGER IF NOT EXISTS keep_warc_update BEFORE UPDATE ON warc
WHEN OLD.closed = 1 OR NEW.bytes < OLD.bytes OR NEW.id <> OLD.id OR NEW.run <> OLD.run
OR NEW.name <> OLD.name
BEGIN SELECT RAISE(ABORT, 'WARC files only grow, until they are closed'); END;
CREATE TRIGGER IF NOT EXISTS keep_warc_delete BEFORE DELETE ON warc
BEGIN SELECT RAISE(ABORT, 'WARC files are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_warc_record_insert BEFORE INSERT ON warc_record
WHEN (SELECT closed FROM warc WHERE id = NEW.file_id) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'the WARC file is closed'); END;
CREATE TRIGGER IF NOT EXISTS keep_warc_record_update BEFORE UPDATE ON warc_record
BEGIN SELECT RAISE(ABORT, 'WARC records never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_warc_record_delete BEFORE DELETE ON warc_record
BEGIN SELECT RAISE(ABORT, 'WARC records are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_seed_update BEFORE UPDATE ON seed
BEGIN SELECT RAISE(ABORT, 'seeds never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_seed_delete BEFORE DELETE ON seed
BEGIN SELECT RAISE(ABORT, 'seeds are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_site_update BEFORE UPDATE ON site
BEGIN SELECT RAISE(ABORT, 'sites never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_site_delete BEFORE DELETE ON site
BEGIN SELECT RAISE(ABORT, 'sites are never deleted'); END;
-- A host's pace changes with every answer, who it is does not.
CREATE TRIGGER IF NOT EXISTS keep_host_update BEFORE UPDATE OF id, site_id, name ON host
BEGIN SELECT RAISE(ABORT, 'hosts never change but for their pace'); END;
CREATE TRIGGER IF NOT EXISTS keep_host_delete BEFORE DELETE ON host
BEGIN SELECT RAISE(ABORT, 'hosts are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_reading_update BEFORE UPDATE ON reading
BEGIN SELECT RAISE(ABORT, 'readings never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_reading_delete BEFORE DELETE ON reading
BEGIN SELECT RAISE(ABORT, 'readings are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_decision_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_decision_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;
-- What the case was made as stays; the audit log never becomes shorter (CAST reads the number that
-- begins the text). The list in force and what the crawl remembers of sites change.
CREATE TRIGGER IF NOT EXISTS keep_meta_update BEFORE UPDATE ON meta
WHEN OLD.key <> NEW.key OR OLD.key IN ('title', 'operator', 'authority')
OR (OLD.key = 'audit_head' AND CAST(NEW.value AS INTEGER) < CAST(OLD.value AS INTEGER))
BEGIN SELECT RAISE(ABORT, 'this fact of the case never changes'); END;
CREATE TRIGGER IF NOT EXISTS keep_meta_delete BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'facts of the case are never deleted'); END;

-- @third: since version 3; what is added to it must bear being run twice (IF NOT EXISTS).
-- What looked like an identifier of a class on a page and is none: how often, and why (enum rx_reject).
CREATE TABLE IF NOT EXISTS reject(
    content_id INTEGER NOT NULL,
    class TEXT NOT NULL,
    reason INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY(content_id, class, reason)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS keep_reject_update BEFORE UPDATE ON reject
BEGIN SELECT RAISE(ABORT, 'refused values never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_reject_delete BEFORE DELETE ON reject
BEGIN SELECT RAISE(ABORT, 'refused values are never deleted'); END;
-- What a page of the trade is like: sketches to compare it with others by (base/minhash.h), of its
-- text without drugs, prices and names, of its text as it is, of its elements.
CREATE TABLE IF NOT EXISTS sketch(
    content_id INTEGER PRIMARY KEY,
    words INTEGER NOT NULL,
    elements INTEGER NOT NULL,
    shingles BLOB NOT NULL CHECK(length(shingles) = 256),
    qgrams BLOB NOT NULL CHECK(length(qgrams) = 256),
    paths BLOB NOT NULL CHECK(length(paths) = 256),
    dom_hash BLOB NOT NULL CHECK(length(dom_hash) = 16)
) STRICT;
CREATE TRIGGER IF NOT EXISTS keep_sketch_update BEFORE UPDATE ON sketch
BEGIN SELECT RAISE(ABORT, 'sketches never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_sketch_delete BEFORE DELETE ON sketch
BEGIN SELECT RAISE(ABORT, 'sketches are never deleted'); END;
-- What seeds were taken out of: a list, a mail, an advertisement. sha256: of a mail's bytes, which
-- stand in mail; '' for what has none. Seeds of a case of version 2 get theirs here.
CREATE TABLE IF NOT EXISTS origin(
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    purpose INTEGER NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    sha256 BLOB NOT NULL CHECK(length(sha256) IN (0, 32)),
    added_ms INTEGER NOT NULL,
    UNIQUE(kind, purpose, name, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS seed_origin(
    seed_id INTEGER NOT NULL REFERENCES seed(id),
    origin_id INTEGER NOT NULL REFERENCES origin(id),
    line INTEGER NOT NULL,
    place TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY(seed_id, origin_id)
) STRICT, WITHOUT ROWID;
-- A mail as it was given, and the record that it was archived in by the first run after that.
CREATE TABLE IF NOT EXISTS mail(
    sha256 BLOB NOT NULL PRIMARY KEY CHECK(length(sha256) = 32),
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS mail_record(
    sha256 BLOB NOT NULL PRIMARY KEY CHECK(length(sha256) = 32),
    warc_file INTEGER NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Identifiers that a mail names, by the tables that searched it; the newest reading counts.
CREATE TABLE IF NOT EXISTS mail_reading(
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL CHECK(length(sha256) = 32),
    tables TEXT NOT NULL,
    UNIQUE(sha256, tables)
) STRICT;
CREATE TABLE IF NOT EXISTS mail_mark(
    reading_id INTEGER NOT NULL REFERENCES mail_reading(id),
    class TEXT NOT NULL,
    value TEXT NOT NULL,
    place TEXT NOT NULL,
    raw TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    PRIMARY KEY(reading_id, class, value)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO origin(kind, purpose, name, title, sha256, added_ms)
SELECT CASE source WHEN 'argument' THEN 8 WHEN 'replay' THEN 9 ELSE 1 END, 0, source, '', x'',
       min(added_ms) FROM seed GROUP BY source ORDER BY min(id);
INSERT OR IGNORE INTO seed_origin(seed_id, origin_id, line, place, raw)
SELECT seed.id, origin.id, seed.line, '', seed.raw FROM seed JOIN origin ON origin.name = seed.source
WHERE NOT EXISTS(SELECT 1 FROM seed_origin WHERE seed_id = seed.id);
-- A site's role decided again from a later reading of its pages in that run; the newest counts.
CREATE TABLE IF NOT EXISTS site_view(
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES site(id),
    run INTEGER NOT NULL REFERENCES run(id),
    role INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    tables TEXT NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS site_view_by_site ON site_view(site_id, run);
CREATE TRIGGER IF NOT EXISTS keep_site_view_update BEFORE UPDATE ON site_view
BEGIN SELECT RAISE(ABORT, 'views of sites never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_site_view_delete BEFORE DELETE ON site_view
BEGIN SELECT RAISE(ABORT, 'views of sites are never deleted'); END;
-- What became of people's decisions in an analysis: it changed the map, the evidence says so too, or
-- it could not be applied.
CREATE TABLE IF NOT EXISTS honoured(
    analysis INTEGER NOT NULL REFERENCES analysis(id) ON DELETE CASCADE,
    decision INTEGER NOT NULL REFERENCES decision(id),
    effect TEXT NOT NULL,
    why TEXT NOT NULL,
    sites INTEGER NOT NULL,
    PRIMARY KEY(analysis, decision)
) STRICT, WITHOUT ROWID;
-- The case's own rows that a later reading was made with, by the hash of all tables.
CREATE TRIGGER IF NOT EXISTS keep_signatures_update BEFORE UPDATE ON meta
WHEN OLD.key GLOB 'signatures:*' AND NEW.value <> OLD.value
BEGIN SELECT RAISE(ABORT, 'the tables of a reading never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_origin_update BEFORE UPDATE ON origin
BEGIN SELECT RAISE(ABORT, 'origins never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_origin_delete BEFORE DELETE ON origin
BEGIN SELECT RAISE(ABORT, 'origins are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_seed_origin_update BEFORE UPDATE ON seed_origin
BEGIN SELECT RAISE(ABORT, 'origins of seeds never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_seed_origin_delete BEFORE DELETE ON seed_origin
BEGIN SELECT RAISE(ABORT, 'origins of seeds are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_update BEFORE UPDATE ON mail
BEGIN SELECT RAISE(ABORT, 'mails never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_delete BEFORE DELETE ON mail
BEGIN SELECT RAISE(ABORT, 'mails are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_record_update BEFORE UPDATE ON mail_record
BEGIN SELECT RAISE(ABORT, 'records of mails never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_record_delete BEFORE DELETE ON mail_record
BEGIN SELECT RAISE(ABORT, 'records of mails are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_reading_update BEFORE UPDATE ON mail_reading
BEGIN SELECT RAISE(ABORT, 'readings of mails never change'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_reading_delete BEFORE DELETE ON mail_reading
BEGIN SELECT RAISE(ABORT, 'readings of mails are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_mark_update BEFORE UPDATE ON mail_mark
BEGIN SELECT RAISE(ABORT, 'what mails say never changes'); END;
CREATE TRIGGER IF NOT EXISTS keep_mail_mark_delete BEFORE DELETE ON mail_mark
BEGIN SELECT RAISE(ABORT, 'what mails say is never deleted'); END;

-- @late: built when a run closes, dropped when the next one starts. Kept up to date row by row it
-- would cost a crawl four times as much as the sightings themselves.
CREATE INDEX IF NOT EXISTS sighting_by_indicator ON sighting(indicator_id, content_id, hidden);
-- @bulk
DROP INDEX IF EXISTS sighting_by_indicator;
