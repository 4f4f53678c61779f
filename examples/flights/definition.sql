TABLES (
  f AS flights COMMENT = 'one row a scheduled flight',
  a AS airlines PRIMARY KEY (carrier),
  p AS planes PRIMARY KEY (tailnum),
  ap AS airports PRIMARY KEY (faa)
)
RELATIONSHIPS (
  flown_by AS f (carrier) REFERENCES a,
  flown_with AS f (tailnum) REFERENCES p,
  departs AS f (origin) REFERENCES ap,
  arrives AS f (dest) REFERENCES ap DEFAULT
)
FACTS (
  f.is_late AS dep_delay > 15 COMMENT = 'left more than 15 minutes late; NULL when cancelled' LABELS = (FILTER)
)
DIMENSIONS (
  a.carrier AS name COMMENT = 'the full name of the airline' WITH SYNONYMS = ('airline'),
  ap.airport AS name COMMENT = 'where it arrives; departs.airport is where it leaves',
  f.month AS month,
  p.manufacturer AS manufacturer
)
METRICS (
  f.flights AS count(*),
  f.mean_delay AS round(avg(dep_delay), 1) COMMENT = 'minutes late at departure',
  f.late_percent AS round(100.0 * count(*) FILTER (is_late) / count(dep_delay), 1),
  f.seats_flown AS sum(p.seats),
  p.planes AS count(*),
  flights_per_plane AS round(flights / nullif(planes, 0), 1),
  flights_so_far AS sum(flights) OVER (ORDER BY month)
)
COMMENT = 'Flights out of New York in 2013'
