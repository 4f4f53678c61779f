/*
 * print.h - a plan as text, for tests and for those who read along.
 *
 *   select
 *     region = c.region
 *     revenue = sum(o.amount)
 *     from o
 *       left c by order_customer on o.customer_id = c.id
 *     where c.region = 'EMEA'
 *     group by 1 keys
 */
#ifndef SV_PLAN_PRINT_H
#define SV_PLAN_PRINT_H

#include "plan/plan.h"

/* Appends one line a part; `m` is the model that the plan was made from. */
void sv_plan_put(const sv_plan *plan, const sv_model *m, sv_buf *out);

#endif
