/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a callback to a blocked client costs, beside a call forward of the
 * same size: from the connection's own loop (one async call after another)
 * and from a thread of the server's (blocking calls).  The server is a forked
 * process; both share one CPU, so that the software is measured and not the
 * waking up of another CPU.
 *
 *	callback [ROUNDS]
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <orpc/client.h>
#include <orpc/server.h>

#include "callback.h"

#define TIMES 10000u
#define SIZE 100u
#define ROUNDS_MAX 99u

static uint64_t
now(void)
{
	return (uint64_t)orpc_now_ns();
}

/* ---- Server -------------------------------------------------------------- */

/* A RUN under way. */
struct job {
	struct orpc_request *rq;
	struct orpc_client *client;
	struct orpc_call call;
	const run_args *args;
	uint32_t left;
	uint64_t start;
	pthread_t thread;
};

static void
job_end(struct job *job, bool good)
{
	struct orpc_request *rq = job->rq;
	uint64_t took = good ? now() - job->start : 0;

	orpc_call_fini(&job->call);
	orpc_client_close(job->client);
	free(job);
	bench_callback_v1_run_reply(rq, took);
}

static void on_back(struct orpc_call *call, int result, const small *out,
    void *ctx);

static void
job_next(struct job *job)
{
	if (bench_back_v1_back_async(job->client, &job->call,
	    &job->args->what, on_back, job) != 0)
		job_end(job, false);
}

static void
on_back(struct orpc_call *call, int result, const small *out, void *ctx)
{
	struct job *job = ctx;

	(void)call;
	if (result != 0 || out->small_len != job->args->what.small_len ||
	    --job->left == 0)
		job_end(job, result == 0);
	else
		job_next(job);
}

static void *
job_blocking(void *ctx)
{
	struct job *job = ctx;
	int rc = 0;
	small out;

	pthread_detach(pthread_self());
	while (rc == 0 && job->left-- > 0)
		rc = bench_back_v1_back(job->client, &job->call,
		    &job->args->what, &out);
	job_end(job, rc == 0);
	return NULL;
}

static int
run(struct orpc_request *rq, const run_args *args, uint64_t *out)
{
	struct job *job = calloc(1, sizeof(*job));

	*out = 0;
	if (!job || orpc_request_client(rq, &bench_back_v1_program,
	    &job->client) != 0)
		return ORPC_R_SYSTEM_ERR;
	job->rq = rq;
	job->args = args;
	job->left = args->times;
	job->start = now();
	if (!args->from_worker)
		job_next(job);
	else if (pthread_create(&job->thread, NULL, job_blocking, job) != 0)
		return ORPC_R_SYSTEM_ERR;
	return ORPC_LATER;
}

static int
forward(struct orpc_request *rq, const small *arg, small *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

static int
serve(int ready)
{
	const struct bench_callback_v1_ops ops = { .forward = forward,
		.run = run };
	struct orpc_server *server;
	char text[128];

	if (orpc_server_open(NULL, &server) != 0 ||
	    bench_callback_v1_serve(server, &ops) != 0 ||
	    orpc_server_listen(server, "tcp://127.0.0.1", NULL) != 0 ||
	    orpc_server_address(server, 0, text, sizeof(text)) != 0 ||
	    write(ready, text, sizeof(text)) != sizeof(text))
		return 1;
	return orpc_server_run(server);
}

/* ---- Client -------------------------------------------------------------- */

static int
back(struct orpc_request *rq, const small *arg, small *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

static double
forward_ns(struct orpc_client *client, const small *what)
{
	struct orpc_call call = { 0 };
	uint64_t start = now();
	small out;

	for (unsigned i = 0; i < TIMES; i++)
		if (bench_callback_v1_forward(client, &call, what, &out) != 0)
			exit(1);
	orpc_call_fini(&call);
	return (double)(now() - start) / TIMES;
}

static double
back_ns(struct orpc_client *client, const small *what, bool from_worker)
{
	const run_args args = { .times = TIMES, .from_worker = from_worker,
		.what = *what };
	struct orpc_call call = { 0 };
	uint64_t took = 0;

	orpc_call_timeout(&call, 60000);
	if (bench_callback_v1_run(client, &call, &args, &took) != 0 ||
	    took == 0)
		exit(1);
	orpc_call_fini(&call);
	return (double)took / TIMES;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[n / 2];
}

static int
compete(const char *address, size_t rounds)
{
	static const struct bench_back_v1_ops ops = { .back = back };
	char bytes[SIZE] = { 0 };
	const small what = { SIZE, bytes };
	double f[ROUNDS_MAX], loop[ROUNDS_MAX], worker[ROUNDS_MAX];
	struct orpc_client *client;

	if (orpc_client_open(address, &bench_callback_v1_program, NULL,
	    &client, NULL) != 0 || bench_back_v1_serve_on(client, &ops) != 0)
		return 1;
	for (size_t i = 0; i < rounds; i++) {
		double forward_cost = forward_ns(client, &what);

		loop[i] = back_ns(client, &what, false) / forward_cost;
		worker[i] = back_ns(client, &what, true) / forward_cost;
		f[i] = forward_cost;
	}
	printf("call forward, %u bytes: %.2f us\n", SIZE,
	    median(f, rounds) / 1000);
	printf("goal: callback from the loop / forward: %.2f (at most 1.1)\n",
	    median(loop, rounds));
	printf("callback from a thread / forward: %.2f\n",
	    median(worker, rounds));
	orpc_client_close(client);
	return 0;
}

int
main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 7;
	char address[128];
	cpu_set_t one;
	int ready[2], rc;
	pid_t server;

	if (rounds == 0 || rounds > ROUNDS_MAX || pipe(ready) != 0)
		return 2;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	server = fork();
	if (server == 0)
		_exit(serve(ready[1]));
	if (read(ready[0], address, sizeof(address)) != sizeof(address))
		return 1;
	rc = compete(address, rounds);
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	return rc;
}
