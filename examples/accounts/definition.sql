TABLES (
  b AS balances UNIQUE (account_id, day) COMMENT = 'one row an account and month end, while it is open',
  t AS transfers PRIMARY KEY (id),
  a AS accounts PRIMARY KEY (id),
  c AS customers PRIMARY KEY (id)
)
RELATIONSHIPS (
  balance_account AS b (account_id) REFERENCES a,
  transfer_account AS t (account_id) REFERENCES a,
  account_customer AS a (customer_id) REFERENCES c
)
DIMENSIONS (
  b.day AS day,
  b.month AS strftime(day, '%Y-%m'),
  a.account AS id,
  a.kind AS kind,
  c.customer AS name,
  c.branch AS branch
)
METRICS (
  b.balance NON ADDITIVE BY (day) AS sum(amount) COMMENT = 'at the last day of the group',
  b.opening NON ADDITIVE BY (day DESC) AS sum(amount) COMMENT = 'at the first day of the group',
  b.final_balances NON ADDITIVE BY (day) PER (a.account) AS sum(amount)
    COMMENT = 'each account at its own last day, closed ones too',
  b.mean_month_end AS round(avg(amount), 2),
  t.transfers AS count(*),
  t.fees AS sum(fee),
  a.accounts AS count(*),
  change AS balance - opening,
  balance_per_account AS round(balance / accounts, 2),
  share_of_bank AS round(100 * balance / sum(balance) OVER (), 1)
)
COMMENT = 'Balances over time: additive over accounts, not over days'
