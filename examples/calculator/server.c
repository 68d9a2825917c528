/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calculator's server.  A handler gets a decoded argument and fills in a
 * result; everything else is between main and liborpc.  One loop in one
 * thread runs all handlers, so sessions need no lock.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <orpc/server.h>

#include "arithmetic.h"
#include "calculator.h"
#include "sessions.h"

/* ---- Integers ------------------------------------------------------------ */

static int
add(struct orpc_request *rq, const operands *arg, calc_result *out)
{
	(void)rq;
	out->status = int_add(arg->a, arg->b, &out->calc_result_u.value);
	return 0;
}

static int
subtract(struct orpc_request *rq, const operands *arg, calc_result *out)
{
	(void)rq;
	out->status = int_subtract(arg->a, arg->b, &out->calc_result_u.value);
	return 0;
}

static int
multiply(struct orpc_request *rq, const operands *arg, calc_result *out)
{
	(void)rq;
	out->status = int_multiply(arg->a, arg->b, &out->calc_result_u.value);
	return 0;
}

static int
divide(struct orpc_request *rq, const operands *arg, calc_result *out)
{
	(void)rq;
	out->status = int_divide(arg->a, arg->b, &out->calc_result_u.value);
	return 0;
}

static int
remainder_of(struct orpc_request *rq, const operands *arg, calc_result *out)
{
	(void)rq;
	out->status = int_remainder(arg->a, arg->b, &out->calc_result_u.value);
	return 0;
}

static int
addtogether(struct orpc_request *rq, const values *arg, calc_result *out)
{
	(void)rq;
	out->status = int_sum(arg->values_val, arg->values_len,
	    &out->calc_result_u.value);
	return 0;
}

/* ---- Reals --------------------------------------------------------------- */

static int
add_reals(struct orpc_request *rq, const real_operands *arg, real_result *out)
{
	(void)rq;
	out->status = real_add(arg->a, arg->b, &out->real_result_u.value);
	return 0;
}

static int
subtract_reals(struct orpc_request *rq, const real_operands *arg,
    real_result *out)
{
	(void)rq;
	out->status = real_subtract(arg->a, arg->b, &out->real_result_u.value);
	return 0;
}

static int
multiply_reals(struct orpc_request *rq, const real_operands *arg,
    real_result *out)
{
	(void)rq;
	out->status = real_multiply(arg->a, arg->b, &out->real_result_u.value);
	return 0;
}

static int
divide_reals(struct orpc_request *rq, const real_operands *arg,
    real_result *out)
{
	(void)rq;
	out->status = real_divide(arg->a, arg->b, &out->real_result_u.value);
	return 0;
}

static int
power(struct orpc_request *rq, const real_operands *arg, real_result *out)
{
	(void)rq;
	out->status = real_power(arg->a, arg->b, &out->real_result_u.value);
	return 0;
}

static int
square_root(struct orpc_request *rq, double arg, real_result *out)
{
	(void)rq;
	out->status = real_square_root(arg, &out->real_result_u.value);
	return 0;
}

/* A result that points somewhere points into the request's arena, which
 * lives until the reply has been sent. */
static int
quadratic(struct orpc_request *rq, const equation *arg, quadratic_result *out)
{
	double *roots = oxdr_arena_take(orpc_request_arena(rq),
	    2 * sizeof(*roots), sizeof(*roots));
	uint32_t n = 0;

	if (!roots)
		return ORPC_R_SYSTEM_ERR;
	out->status = solve_quadratic(arg, roots, &n);
	if (out->status == CALC_OK) {
		out->quadratic_result_u.roots.roots_len = n;
		out->quadratic_result_u.roots.roots_val = roots;
	}
	return 0;
}

/* ---- Sessions ------------------------------------------------------------ */

static int
open_session(struct orpc_request *rq, session_result *out)
{
	out->status = session_open(orpc_request_ctx(rq), time(NULL),
	    &out->session_result_u.session);
	return 0;
}

static int
memory(struct orpc_request *rq, const memory_request *arg, real_result *out)
{
	out->status = session_press(orpc_request_ctx(rq), time(NULL), arg,
	    &out->real_result_u.value);
	return 0;
}

static int
close_session(struct orpc_request *rq, session_id arg, calc_status *out)
{
	*out = session_close(orpc_request_ctx(rq), arg);
	return 0;
}

/* ---- The program --------------------------------------------------------- */

static const char usage[] =
	"usage: calculator-server [--listen ADDRESS]... [--no-register]\n"
	"\n"
	"Serves the calculator until it is interrupted. Prints each address it\n"
	"listens on.\n"
	"\n"
	"  -l, --listen ADDRESS  tcp://HOST:PORT, udp://HOST:PORT or unix:/PATH;\n"
	"                        port 0 or none: any free one; may be repeated\n"
	"                        [tcp://* and udp://*]\n"
	"  -n, --no-register     don't tell the binder; clients need the address\n"
	"  -s, --stats           print counters when it stops\n"
	"  -h, --help\n"
	"\n"
	"examples:\n"
	"  calculator-server\n"
	"  calculator-server --no-register -l tcp://127.0.0.1:4000\n"
	"  calculator-server --no-register -l unix:/tmp/calculator.sock\n";

#define LISTEN_MAX 16

struct arguments {
	const char *listen[LISTEN_MAX];
	size_t n_listen;
	int registers;
	int stats;
};

/* What the signal handler stops. */
static struct orpc_server *running;

static void
on_signal(int signal_number)
{
	(void)signal_number;
	orpc_server_stop(running);
}

/* Returns -1 to go on, or the exit status. */
static int
read_arguments(int argc, char **argv, struct arguments *out)
{
	static const struct option options[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "no-register", no_argument, NULL, 'n' },
		{ "stats", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*out = (struct arguments){ .registers = 1 };
	while ((c = getopt_long(argc, argv, "l:nsh", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return 0;
		} else if (c == 'n') {
			out->registers = 0;
		} else if (c == 's') {
			out->stats = 1;
		} else if (c == 'l' && out->n_listen < LISTEN_MAX) {
			out->listen[out->n_listen++] = optarg;
		} else {
			fputs("try 'calculator-server --help'\n", stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "calculator-server: '%s' is not expected; "
		    "try 'calculator-server --help'\n", argv[optind]);
		return 2;
	}
	if (out->n_listen == 0) {
		out->listen[out->n_listen++] = "tcp://*";
		out->listen[out->n_listen++] = "udp://*";
	}
	return -1;
}

/* Says what failed; returns the exit status. */
static int
failed(const char *what, int result, const struct orpc_error *error)
{
	char text[512];

	if (error && error->code)
		orpc_error_text(error, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%s", orpc_strerror(result));
	fprintf(stderr, "calculator-server: %s: %s\n", what, text);
	return 1;
}

/* Listens, says where, registers: 0 or the exit status. */
static int
announce(struct orpc_server *server, const struct arguments *arguments)
{
	struct orpc_error error = { 0 };
	char address[256];
	int result;

	for (size_t i = 0; i < arguments->n_listen; i++) {
		result = orpc_server_listen(server, arguments->listen[i],
		    &error);
		if (result != 0)
			return failed(arguments->listen[i], result, &error);
	}
	for (size_t i = 0; orpc_server_address(server, i, address,
	    sizeof(address)) >= 0; i++)
		printf("listening on %s\n", address);
	if (arguments->registers) {
		result = orpc_server_register(server, &error);
		if (result != 0)
			return failed("binder", result, &error);
		puts("registered with the binder");
	}
	fflush(stdout);
	return 0;
}

static void
print_stats(struct orpc_server *server)
{
	struct orpc_server_stats stats;

	orpc_server_stats(server, &stats);
	fprintf(stderr, "connections=%llu calls=%llu bad_messages=%llu "
	    "replayed=%llu\n", (unsigned long long)stats.accepted,
	    (unsigned long long)stats.calls,
	    (unsigned long long)stats.bad_messages,
	    (unsigned long long)stats.replayed);
}

int
main(int argc, char **argv)
{
	static struct sessions sessions;
	static const struct calculator_v1_ops ops = {
		.ctx = &sessions,
		.add = add,
		.subtract = subtract,
		.multiply = multiply,
		.divide = divide,
		.remainder = remainder_of,
		.addtogether = addtogether,
		.real_add = add_reals,
		.real_subtract = subtract_reals,
		.real_multiply = multiply_reals,
		.real_divide = divide_reals,
		.power = power,
		.square_root = square_root,
		.quadratic = quadratic,
		.open_session = open_session,
		.memory = memory,
		.close_session = close_session,
	};
	struct sigaction stop = { .sa_handler = on_signal };
	struct arguments arguments;
	int result, status;

	status = read_arguments(argc, argv, &arguments);
	if (status >= 0)
		return status;
	result = orpc_server_open(NULL, &running);
	if (result == 0)
		result = calculator_v1_serve(running, &ops);
	if (result != 0)
		return failed("start", result, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	status = announce(running, &arguments);
	if (status == 0) {
		result = orpc_server_run(running);
		if (result != 0)
			status = failed("run", result, NULL);
		if (arguments.stats)
			print_stats(running);
	}
	orpc_server_close(running);
	return status;
}
