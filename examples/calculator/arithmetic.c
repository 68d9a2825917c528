/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Arithmetic without surprises.  In C an overflow of integers is undefined
 * and one of reals is an infinity; here both are CALC_OVERFLOW.  Operands
 * come from strangers, so a NaN or an infinity among them is CALC_DOMAIN.
 */
#include "arithmetic.h"

#include <math.h>
#include <stdint.h>

calc_status
int_add(int64_t a, int64_t b, int64_t *out)
{
	if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
		return CALC_OVERFLOW;
	*out = a + b;
	return CALC_OK;
}

calc_status
int_subtract(int64_t a, int64_t b, int64_t *out)
{
	if (b < 0 ? a > INT64_MAX + b : a < INT64_MIN + b)
		return CALC_OVERFLOW;
	*out = a - b;
	return CALC_OK;
}

/* Does a * b leave the range?  By division, which can't itself overflow: the
 * divisor is never -1 where the dividend is INT64_MIN. */
static int
product_overflows(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return 0;
	if (a > 0)
		return b > 0 ? a > INT64_MAX / b : b < INT64_MIN / a;
	return b > 0 ? a < INT64_MIN / b : a < INT64_MAX / b;
}

calc_status
int_multiply(int64_t a, int64_t b, int64_t *out)
{
	if (product_overflows(a, b))
		return CALC_OVERFLOW;
	*out = a * b;
	return CALC_OK;
}

calc_status
int_divide(int64_t a, int64_t b, int64_t *out)
{
	if (b == 0)
		return CALC_DIVIDE_BY_ZERO;
	if (a == INT64_MIN && b == -1)
		return CALC_OVERFLOW;
	*out = a / b;
	return CALC_OK;
}

calc_status
int_remainder(int64_t a, int64_t b, int64_t *out)
{
	if (b == 0)
		return CALC_DIVIDE_BY_ZERO;
	/* INT64_MIN % -1 is 0, but computing it traps on some machines. */
	*out = b == -1 ? 0 : a % b;
	return CALC_OK;
}

/*
 * The sum is right whenever it fits, also when a partial sum would not:
 * positive and negative values balance each other as long as both are left.
 */
calc_status
int_sum(const int64_t *values, uint32_t n, int64_t *out)
{
	uint32_t up = 0, down = 0;
	int64_t sum = 0;

	for (;;) {
		uint32_t *at;

		while (up < n && values[up] < 0)
			up++;
		while (down < n && values[down] >= 0)
			down++;
		if (up == n && down == n)
			break;
		/* Towards zero if there is a value of that sign. */
		at = down == n || (sum < 0 && up < n) ? &up : &down;
		if (int_add(sum, values[(*at)++], &sum) != CALC_OK)
			return CALC_OVERFLOW;
	}
	*out = sum;
	return CALC_OK;
}

/* The result of an operation on finite operands. */
static calc_status
finite_result(double value, double *out)
{
	if (isnan(value))
		return CALC_DOMAIN;
	if (isinf(value))
		return CALC_OVERFLOW;
	*out = value;
	return CALC_OK;
}

calc_status
real_add(double a, double b, double *out)
{
	if (!isfinite(a) || !isfinite(b))
		return CALC_DOMAIN;
	return finite_result(a + b, out);
}

calc_status
real_subtract(double a, double b, double *out)
{
	if (!isfinite(a) || !isfinite(b))
		return CALC_DOMAIN;
	return finite_result(a - b, out);
}

calc_status
real_multiply(double a, double b, double *out)
{
	if (!isfinite(a) || !isfinite(b))
		return CALC_DOMAIN;
	return finite_result(a * b, out);
}

calc_status
real_divide(double a, double b, double *out)
{
	if (!isfinite(a) || !isfinite(b))
		return CALC_DOMAIN;
	if (b == 0)
		return CALC_DIVIDE_BY_ZERO;
	return finite_result(a / b, out);
}

calc_status
real_power(double a, double b, double *out)
{
	if (!isfinite(a) || !isfinite(b))
		return CALC_DOMAIN;
	if (a == 0 && b < 0)
		return CALC_DIVIDE_BY_ZERO;
	return finite_result(pow(a, b), out);
}

calc_status
real_square_root(double a, double *out)
{
	if (!isfinite(a) || a < 0)
		return CALC_DOMAIN;
	*out = sqrt(a);
	return CALC_OK;
}

calc_status
solve_quadratic(const equation *e, double out_roots[2], uint32_t *out_n)
{
	double square, q, first, second;
	int exponent;

	if (!isfinite(e->a) || !isfinite(e->b) || !isfinite(e->c))
		return CALC_DOMAIN;
	/* Not quadratic at all: one root, or no equation. */
	if (e->a == 0) {
		if (e->b == 0)
			return CALC_DOMAIN;
		*out_n = 1;
		return real_divide(-e->c, e->b, out_roots);
	}
	/* Scaled by a power of two, which is exact, so that the squares below
	 * neither overflow nor vanish; the roots stay the same. */
	frexp(fmax(fabs(e->a), fmax(fabs(e->b), fabs(e->c))), &exponent);
	{
		double a = ldexp(e->a, -exponent);
		double b = ldexp(e->b, -exponent);
		double c = ldexp(e->c, -exponent);

		square = fma(b, b, -4 * a * c);
		if (square < 0)
			return CALC_DOMAIN;
		/* The sign of b avoids subtracting what is nearly equal. */
		q = -(b + copysign(sqrt(square), b)) / 2;
		first = q / a;
		second = q == 0 ? first : c / q;
	}
	if (!isfinite(first) || !isfinite(second))
		return CALC_OVERFLOW;
	/* Adding zero turns -0 into 0. */
	out_roots[0] = fmin(first, second) + 0.0;
	out_roots[1] = fmax(first, second) + 0.0;
	*out_n = square == 0 ? 1 : 2;
	return CALC_OK;
}
