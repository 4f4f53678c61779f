-- Made-up balances: six accounts of three customers, one row at the end of each month while an account is open.
CREATE TABLE customers AS
  FROM (VALUES (1, 'Ada', 'North'), (2, 'Bob', 'North'), (3, 'Cyd', 'South')) t(id, name, branch);

CREATE TABLE accounts AS
  FROM (VALUES
    (10, 1, 'checking', DATE '2024-01-01', NULL::DATE),
    (11, 1, 'savings',  DATE '2024-01-01', NULL),
    (20, 2, 'checking', DATE '2024-02-01', NULL),
    (21, 2, 'savings',  DATE '2024-01-01', DATE '2024-04-30'),
    (30, 3, 'checking', DATE '2024-03-01', NULL),
    (31, 3, 'savings',  DATE '2024-01-01', NULL)
  ) t(id, customer_id, kind, opened, closed);

-- Whole amounts that a person can follow: 100 times the account, and 10 more each month.
CREATE TABLE balances AS
  SELECT a.id AS account_id, last_day(month)::DATE AS day,
         (a.id * 100 + 10 * date_diff('month', DATE '2024-01-01', month))::DECIMAL(12, 2) AS amount
  FROM accounts a, range(DATE '2024-01-01', DATE '2024-07-01', INTERVAL 1 MONTH) m(month)
  WHERE last_day(month) >= a.opened AND (a.closed IS NULL OR last_day(month) <= a.closed);

CREATE TABLE transfers AS
  SELECT i AS id, [10, 11, 20, 21, 30, 31][1 + i % 6] AS account_id, DATE '2024-01-15' + (i * 7)::INTEGER AS day,
         (5 * (1 + i % 4))::DECIMAL(12, 2) AS fee
  FROM range(24) t(i);
