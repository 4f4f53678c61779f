CREATE TABLE customers (id INTEGER PRIMARY KEY, region VARCHAR, city VARCHAR);
INSERT INTO customers VALUES (1, 'EMEA', 'Zürich'), (2, 'AMER', 'Montréal'), (3, 'EMEA', 'Łódź');

-- Order 5 has no customer, so there is a group without a region.
CREATE TABLE orders (id INTEGER, customer_id INTEGER, status VARCHAR, placed DATE, amount DECIMAL(10, 2), items INTEGER);
INSERT INTO orders VALUES
  (1, 1, 'paid', '2026-01-05', 100.50, 2),
  (2, 1, 'open', '2026-01-06', 50.25, 1),
  (3, 2, 'paid', '2026-02-01', 70.00, 4),
  (4, 3, 'paid', '2026-02-03', 20.00, 3),
  (5, NULL, 'paid', '2026-02-04', 5.25, 1);
