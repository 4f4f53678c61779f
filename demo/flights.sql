-- Flights out of New York's three airports in 2013, and what is known about each.
TABLES (
  f AS flights COMMENT = 'one row a scheduled flight',
  a AS airlines PRIMARY KEY (carrier),
  p AS planes PRIMARY KEY (tailnum),
  ap AS airports PRIMARY KEY (faa),
  w AS weather PRIMARY KEY (origin, time_hour) COMMENT = 'hourly, at the airport of departure'
)
RELATIONSHIPS (
  flown_by AS f (carrier) REFERENCES a,
  flown_with AS f (tailnum) REFERENCES p,
  departs AS f (origin) REFERENCES ap,
  arrives AS f (dest) REFERENCES ap DEFAULT,
  weather_at_departure AS f (origin, time_hour) REFERENCES w
)
FACTS (
  f.is_late AS dep_delay > 15 COMMENT = 'left more than 15 minutes late; NULL when cancelled' LABELS = (FILTER)
)
DIMENSIONS (
  a.carrier AS name COMMENT = 'the airline''s full name' WITH SYNONYMS = ('airline'),
  f.month AS month,
  f.origin AS origin COMMENT = 'EWR, JFK or LGA',
  ap.destination AS name COMMENT = 'through departs: the airport of departure',
  p.manufacturer AS manufacturer,
  w.visibility AS CASE WHEN visib < 1 THEN 'fog' WHEN visib < 5 THEN 'haze' WHEN visib >= 5 THEN 'clear' END
)
METRICS (
  f.flights AS count(*),
  f.mean_delay AS round(avg(dep_delay), 1) COMMENT = 'minutes late at departure',
  f.late_percent AS round(100.0 * count(*) FILTER (is_late) / count(dep_delay), 1),
  f.seats_flown AS sum(p.seats),
  f.miles AS sum(distance),
  miles_a_flight AS round(miles / flights)
)
COMMENT = 'Flights out of New York in 2013'
