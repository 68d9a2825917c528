/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Native stubs through a CLIENT *: a carrier (<orpc/carrier.h>) that is
 * libtirpc.
 *
 * A CLIENT remembers how its last call ended, for clnt_geterr, so calls go
 * one after another; a caller waits its turn no longer than its deadline.
 */
#include <orpc/tirpc.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <orpc/carrier.h>

#include "runtime/tirpc/bytes.h"
#include "runtime/tirpc/status.h"

#define NS_PER_S 1000000000
#define NS_PER_MS 1000000
/* libtirpc counts milliseconds in an int. */
#define SECONDS_MAX 2000000

/* `busy` is a thread's between turn_take and turn_end. */
struct bridge {
	CLIENT *clnt;
	uint32_t program;
	uint32_t version;
	bool datagram;
	bool busy;
	pthread_mutex_t lock;
	pthread_cond_t ended;
};

/* ---- Turns ------------------------------------------------------------------ */

/* Returns false when the deadline comes first. */
static bool
turn_take(struct bridge *b, int64_t deadline_ns)
{
	const struct timespec until = { deadline_ns / NS_PER_S,
		deadline_ns % NS_PER_S };
	bool mine;

	pthread_mutex_lock(&b->lock);
	while (b->busy && !pthread_cond_timedwait(&b->ended, &b->lock, &until))
		;
	mine = !b->busy;
	b->busy = true;
	pthread_mutex_unlock(&b->lock);
	return mine;
}

static void
turn_end(struct bridge *b)
{
	pthread_mutex_lock(&b->lock);
	b->busy = false;
	pthread_cond_signal(&b->ended);
	pthread_mutex_unlock(&b->lock);
}

static int
turns_init(struct bridge *b)
{
	pthread_condattr_t attr;
	int e = pthread_condattr_init(&attr);

	if (e)
		return -ORPC_E_SYSTEM;
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	e = pthread_cond_init(&b->ended, &attr);
	pthread_condattr_destroy(&attr);
	if (e)
		return -ORPC_E_SYSTEM;
	if (pthread_mutex_init(&b->lock, NULL)) {
		pthread_cond_destroy(&b->ended);
		return -ORPC_E_SYSTEM;
	}
	return 0;
}

/* ---- Calls ------------------------------------------------------------------ */

/* What is left of a call's time, in milliseconds begun as libtirpc counts it;
 * never zero, which would mean not to wait. */
static struct timeval
time_left(int64_t deadline_ns, int64_t now_ns)
{
	int64_t ns = deadline_ns > now_ns ? deadline_ns - now_ns : 1;
	int64_t ms = ns / NS_PER_MS + (ns % NS_PER_MS != 0);
	struct timeval left = { ms / 1000, ms % 1000 * 1000 };

	if (left.tv_sec > SECONDS_MAX)
		left.tv_sec = SECONDS_MAX;
	return left;
}

static int
call_fail(struct orpc_carried *c, int result, enum orpc_step step)
{
	c->error->step = step;
	c->error->executed = ORPC_EXECUTED_NO;
	return result;
}

/* A one-way call is over when it was sent: libtirpc says "timed out" then,
 * and answers that come all the same are of no interest. */
static int
call_sent(int result)
{
	return result > 0 || result == -ORPC_E_TIMEOUT ? 0 : result;
}

static int
call_run(struct bridge *b, struct orpc_carried *c)
{
	struct tirpc_pieces args = { c->args, c->n_args };
	struct tirpc_intake reply = { c->reply, SIZE_MAX };
	bool oneway = c->flags & ORPC_CALL_ONEWAY;
	struct timeval left = { 0, 0 };
	struct rpc_err err = { .re_status = RPC_SUCCESS };
	enum clnt_stat status;
	int result;

	/* No time at all: over a stream, send only; a datagram would not even
	 * be sent, and gets a millisecond. */
	if (!oneway || b->datagram)
		left = time_left(oneway ? 0 : c->deadline_ns, orpc_now_ns());
	status = clnt_call(b->clnt, c->procedure, orpc_i_tirpc_put, &args,
	    orpc_i_tirpc_get, &reply, left);
	if (status != RPC_SUCCESS)
		clnt_geterr(b->clnt, &err);
	result = orpc_i_tirpc_status(status, &err, b->datagram, c->error);
	if (oneway)
		return call_sent(result);
	if (status == RPC_CANTDECODERES && oxdr_writer_error(c->reply)) {
		/* There was a result, over our limit. */
		c->error->step = ORPC_STEP_DECODE;
		c->error->executed = ORPC_EXECUTED_YES;
		return oxdr_writer_error(c->reply);
	}
	return result;
}

static int
bridge_call(void *ctx, struct orpc_carried *c)
{
	struct bridge *b = ctx;
	int result;

	/* The header is the CLIENT's, ready made. */
	if (c->program != b->program || c->version != b->version)
		return call_fail(c, -ORPC_E_NOTSUP, ORPC_STEP_ENCODE);
	if (!turn_take(b, c->deadline_ns))
		return call_fail(c, -ORPC_E_TIMEOUT, ORPC_STEP_SEND);
	if (orpc_now_ns() >= c->deadline_ns)
		result = call_fail(c, -ORPC_E_TIMEOUT, ORPC_STEP_SEND);
	else
		result = call_run(b, c);
	turn_end(b);
	return result;
}

static void
bridge_close(void *ctx)
{
	struct bridge *b = ctx;

	pthread_cond_destroy(&b->ended);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/* ---- Opening ---------------------------------------------------------------- */

/* Is the CLIENT for this program?  One that does not tell (clnt_raw) is
 * believed. */
static bool
client_is_for(CLIENT *clnt, const struct orpc_program *program)
{
	uint32_t number, version;

	if (!clnt_control(clnt, CLGET_PROG, &number) ||
	    !clnt_control(clnt, CLGET_VERS, &version))
		return true;
	return number == program->number && version == program->version;
}

/* The peer, as far as libtirpc tells; and whether it is asked by datagrams. */
static void
client_look(struct bridge *b, char *where, size_t n)
{
	struct netbuf to;
	int type = SOCK_STREAM;
	socklen_t n_type = sizeof(type);
	int fd;

	where[0] = '\0';
	if (!clnt_control(b->clnt, CLGET_FD, &fd))
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n_type))
		return;
	b->datagram = type == SOCK_DGRAM;
	if (clnt_control(b->clnt, CLGET_SVC_ADDR, &to) && to.len)
		orpc_sockaddr_format(b->datagram ? ORPC_UDP : ORPC_TCP,
		    to.buf, to.len, where, n);
}

int
orpc_tirpc_client_open(struct __rpc_client *clnt,
    const struct orpc_program *program,
    const struct orpc_client_options *options, struct orpc_client **out)
{
	static const struct orpc_carrier carrier = {
		.call = bridge_call,
		.close = bridge_close,
	};
	char where[128];
	struct bridge *b;
	int e;

	if (!client_is_for(clnt, program))
		return -ORPC_E_INVAL;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -OXDR_E_NOMEM;
	b->clnt = clnt;
	b->program = program->number;
	b->version = program->version;
	client_look(b, where, sizeof(where));
	e = turns_init(b);
	if (e) {
		free(b);
		return e;
	}
	e = orpc_client_carry(&carrier, b, where, program, options, out);
	if (e)
		bridge_close(b);
	return e;
}
