/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calculator's service functions as rpcgen's callers know them: pointers
 * in, a static result out.  Arithmetic and sessions are those of the native
 * server, unchanged; main() is generated.
 */
#include "calculator.h"

#include "arithmetic.h"
#include "sessions.h"

/* All that one server remembers. */
static struct sessions sessions;

/* A result of the shape that most procedures have. */
#define INTEGER(name, function) \
	calc_result * \
	name(operands *o, struct svc_req *rq) \
	{ \
		static calc_result result; \
		int64_t value = 0; \
	\
		(void)rq; \
		result.status = function(o->a, o->b, &value); \
		result.calc_result_u.value = value; \
		return &result; \
	}

#define REAL(name, function) \
	real_result * \
	name(real_operands *o, struct svc_req *rq) \
	{ \
		static real_result result; \
	\
		(void)rq; \
		result.status = function(o->a, o->b, \
		    &result.real_result_u.value); \
		return &result; \
	}

INTEGER(add_1_svc, int_add)
INTEGER(subtract_1_svc, int_subtract)
INTEGER(multiply_1_svc, int_multiply)
INTEGER(divide_1_svc, int_divide)
INTEGER(remainder_1_svc, int_remainder)
REAL(real_add_1_svc, real_add)
REAL(real_subtract_1_svc, real_subtract)
REAL(real_multiply_1_svc, real_multiply)
REAL(real_divide_1_svc, real_divide)
REAL(power_1_svc, real_power)

calc_result *
addtogether_1_svc(values *v, struct svc_req *rq)
{
	static calc_result result;
	int64_t sum = 0;

	(void)rq;
	result.status = int_sum(v->values_val, v->values_len, &sum);
	result.calc_result_u.value = sum;
	return &result;
}

real_result *
square_root_1_svc(double *a, struct svc_req *rq)
{
	static real_result result;

	(void)rq;
	result.status = real_square_root(*a, &result.real_result_u.value);
	return &result;
}

quadratic_result *
quadratic_1_svc(equation *e, struct svc_req *rq)
{
	static quadratic_result result;
	static double roots[2];
	uint32_t n = 0;

	(void)rq;
	result.status = solve_quadratic(e, roots, &n);
	result.quadratic_result_u.roots.roots_len = n;
	result.quadratic_result_u.roots.roots_val = roots;
	return &result;
}

session_result *
open_session_1_svc(void *nothing, struct svc_req *rq)
{
	static session_result result;

	(void)nothing;
	(void)rq;
	result.status = session_open(&sessions, time(NULL),
	    &result.session_result_u.session);
	return &result;
}

real_result *
memory_1_svc(memory_request *request, struct svc_req *rq)
{
	static real_result result;

	(void)rq;
	result.status = session_press(&sessions, time(NULL), request,
	    &result.real_result_u.value);
	return &result;
}

calc_status *
close_session_1_svc(session_id *session, struct svc_req *rq)
{
	static calc_status result;

	(void)rq;
	result = session_close(&sessions, *session);
	return &result;
}
