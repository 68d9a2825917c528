/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Does a program answer?  NULL calls: to one program and each of its versions
 * (-t, -u, -T, -a), or to all that a binder lists, in parallel (--ping).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/tools/info/info.h"

/* A server may claim any range of versions: so many are tried. */
#define VERSIONS_MAX 64u
#define PARALLEL 32u
#define NS_PER_MS 1e6

static int
usage(const char *text)
{
	fprintf(stderr, "orpcinfo: %s\ntry 'orpcinfo --help'\n", text);
	return EXIT_USAGE;
}

/* ---- Where -------------------------------------------------------------------------- */

/* An address of the binder's list, for netids that no address names. */
static int
address_by_list(const struct info *info, uint32_t program, char *buf,
    size_t n, struct orpc_error *error)
{
	struct entries list = { .n = 0 };
	struct ask a;
	int result = ask_open(&a, info, ask_newest);

	if (!result)
		result = ask_dump(&a, &list);
	*error = a.error;
	if (!result)
		result = -ORPC_E_UNREGISTERED;
	for (size_t i = 0; i < list.n; i++) {
		const struct entry *e = &list.all[i];

		if (e->program == program && !strcmp(e->netid, info->netid) &&
		    entry_address(&a, e, buf, n) == 0) {
			result = 0;
			break;
		}
	}
	if (result == -ORPC_E_UNREGISTERED) {
		*error = (struct orpc_error){ .code = result,
		    .step = ORPC_STEP_BINDER };
		snprintf(error->where, sizeof(error->where), "%.100s",
		    a.peer);
	}
	error->code = result;
	ask_close(&a);
	free(list.all);
	return result;
}

static int
address_given(const struct info *info, char *buf, size_t n)
{
	enum orpc_transport_kind kind = strncmp(info->netid, "udp", 3) ?
	    ORPC_TCP : ORPC_UDP;
	struct sockaddr_storage ss;
	socklen_t n_ss;

	if (orpc_uaddr_to_sockaddr(info->netid, info->uaddr, &ss, &n_ss))
		return -1;
	orpc_sockaddr_format(kind, (struct sockaddr *)&ss, n_ss, buf, n);
	return 0;
}

/* "tcp://host[:port]"; the host of a binder's address where that was given,
 * and then *out_binder is the binder. */
static int
address_of_host(const struct info *info, char *buf, size_t n,
    const char **out_binder)
{
	struct orpc_addr addr = { .transport = ORPC_TCP };

	*out_binder = NULL;
	strcpy(addr.host, "localhost");
	if (*info->host) {
		if (orpc_addr_parse(info->host, &addr))
			return -1;
		if (addr.transport == ORPC_UNIX) {
			*out_binder = info->host;
			strcpy(addr.host, "localhost");
		} else if (addr.port) {
			*out_binder = info->host;
		}
	}
	addr.transport = !strcmp(info->netid, "udp") ? ORPC_UDP : ORPC_TCP;
	addr.port = info->port;
	orpc_addr_format(&addr, buf, n);
	return 0;
}

static bool
is_plain_netid(const char *netid)
{
	return !strcmp(netid, "tcp") || !strcmp(netid, "udp");
}

static int
target_open(const struct info *info, const struct orpc_program *program,
    struct orpc_client **out, struct orpc_error *error)
{
	struct orpc_client_options options = {
		.connect_timeout_ms = info->connect_ms,
		.call_timeout_ms = info->timeout_ms };
	char address[ORPC_HOST_MAX + 32];
	int result;

	/* A refusal is the answer here, not something to wait out. */
	if (!strncmp(info->netid, "udp", 3))
		options.flags |= ORPC_CLIENT_NO_RECONNECT;
	if (info->uaddr) {
		if (address_given(info, address, sizeof(address))) {
			*error = (struct orpc_error){
				.code = -ORPC_E_ADDRESS,
				.step = ORPC_STEP_ADDRESS };
			snprintf(error->where, sizeof(error->where), "%s",
			    info->uaddr);
			return -ORPC_E_ADDRESS;
		}
	} else if (is_plain_netid(info->netid)) {
		if (address_of_host(info, address, sizeof(address),
		    &options.binder)) {
			*error = (struct orpc_error){
				.code = -ORPC_E_ADDRESS,
				.step = ORPC_STEP_ADDRESS };
			return -ORPC_E_ADDRESS;
		}
	} else {
		result = address_by_list(info, program->number, address,
		    sizeof(address), error);
		if (result)
			return result;
	}
	progress_start(address, info->connect_ms);
	result = orpc_client_open(address, program, &options, out, error);
	progress_end();
	return result;
}

/* ---- One program ------------------------------------------------------------------------ */

struct version_answer {
	uint32_t version;
	int result;
	double ms;
	struct orpc_error error;
};

static void
version_ping(struct orpc_client *client, const struct info *info,
    uint32_t program, uint32_t version, struct version_answer *out)
{
	struct orpc_call call = { .flags = 0 };
	int64_t began = orpc_now_ns();

	progress_start("the program", info->timeout_ms);
	out->version = version;
	out->result = orpc_call_dynamic(client, &call, program, version, 0,
	    NULL, NULL, NULL, NULL);
	out->ms = (double)(orpc_now_ns() - began) / NS_PER_MS;
	out->error = call.error;
	out->error.code = out->result;
	progress_end();
	orpc_call_fini(&call);
}

/* Fills in answers (VERSIONS_MAX of them); their number. */
static size_t
versions_ping(struct orpc_client *client, const struct info *info,
    uint32_t program, struct version_answer *answers)
{
	uint32_t low, high;
	size_t n = 0;

	/* No program has version 0: the refusal tells the range. */
	version_ping(client, info, program, 0, &answers[0]);
	if (answers[0].result == 0)
		version_ping(client, info, program, UINT32_MAX, &answers[0]);
	if (answers[0].result != ORPC_R_PROG_MISMATCH)
		return 1;
	low = answers[0].error.low;
	high = answers[0].error.high;
	if (low > high)
		return 1;
	do {
		version_ping(client, info, program, low, &answers[n++]);
	} while (low++ != high && n < VERSIONS_MAX);
	if (n == VERSIONS_MAX && low <= high)
		fprintf(stderr, "orpcinfo: the server claims versions up to "
		    "%u; %u were tried\n", high, VERSIONS_MAX);
	return n;
}

static void
answers_json(const struct info *info, uint32_t program,
    const struct version_answer *answers, size_t n, bool ok)
{
	struct json j;

	json_start(&j, info);
	json_true(&j, "ok", ok);
	json_number(&j, "program", program);
	json_open(&j, "versions", '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&j, NULL, '{');
		json_number(&j, "version", answers[i].version);
		json_true(&j, "ok", answers[i].result == 0);
		if (answers[i].result == 0)
			json_real(&j, "ms", answers[i].ms);
		else
			json_error(&j, &answers[i].error);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_end(&j);
}

static int
answers_tell(const struct info *info, uint32_t program,
    const struct version_answer *answers, size_t n)
{
	int status = 0;
	bool any = false;
	char text[512];

	for (size_t i = 0; i < n; i++) {
		any |= answers[i].result == 0;
		/* A version missing within the range is no failure. */
		if (answers[i].result && !(n > 1 &&
		    answers[i].result == ORPC_R_PROG_MISMATCH))
			status = exit_status(answers[i].result);
	}
	if (!any && !status)
		status = EXIT_REFUSED;
	if (info->json) {
		answers_json(info, program, answers, n, status == 0);
		return status;
	}
	for (size_t i = 0; i < n; i++) {
		if (answers[i].result == 0) {
			printf("program %u version %u ready and waiting\n",
			    program, answers[i].version);
			continue;
		}
		orpc_error_text(&answers[i].error, text, sizeof(text));
		fprintf(stderr, "orpcinfo: program %u version %u is not "
		    "available: %s\n", program, answers[i].version, text);
	}
	return status;
}

int
verb_ping(const struct info *info)
{
	struct orpc_program program = { .number = 0 };
	struct version_answer answers[VERSIONS_MAX];
	struct orpc_client *client;
	struct orpc_error error;
	uint32_t version = 0;
	size_t n = 1;
	int status;

	if (!info->service)
		return usage("a program is needed");
	if (names_program(info->names, info->service, &program.number))
		return usage("unknown program");
	if (info->version && names_program(info->names, info->version,
	    &version))
		return usage("the version is not a number");
	program.version = version;
	if (target_open(info, &program, &client, &error))
		return tell_error(info, &error);
	if (info->version)
		version_ping(client, info, program.number, version,
		    &answers[0]);
	else
		n = versions_ping(client, info, program.number, answers);
	status = answers_tell(info, program.number, answers, n);
	orpc_client_close(client);
	return status;
}

/* ---- All of them --------------------------------------------------------------------------- */

struct pinger;

/* One entry being pinged: once to connect, once for the time. */
struct pinging {
	struct pinger *all;
	struct entry *entry;
	struct orpc_program program;
	struct orpc_proc null;
	struct orpc_client *client;
	struct orpc_call call;
	int64_t began_ns;
	bool again;
};

struct pinger {
	const struct info *info;
	const struct ask *ask;
	struct orpc_loop *loop;
	struct entries *entries;
	size_t next;
	size_t running;
	size_t failed;
	int64_t began_ns;
	struct pinging slots[PARALLEL];
};

static void pinger_fill(struct pinger *p);

static void
pinging_end(struct pinging *one, int result)
{
	struct pinger *p = one->all;

	one->entry->result = result;
	if (result)
		p->failed++;
	orpc_client_close(one->client);
	orpc_call_fini(&one->call);
	memset(one, 0, sizeof(*one));
	p->running--;
	pinger_fill(p);
	if (p->running == 0)
		orpc_loop_stop(p->loop);
}

static int pinging_call(struct pinging *one);

static void
pinging_done(struct orpc_call *call, int result, const void *out,
    orpc_any_fn *on_done, void *ctx)
{
	struct pinging *one = ctx;
	double ms = (double)(orpc_now_ns() - one->began_ns) / NS_PER_MS;

	(void)call;
	(void)out;
	(void)on_done;
	if (result == 0 && !one->again) {
		one->again = true;
		if (pinging_call(one) == 0)
			return;
	}
	one->entry->ping_ms = ms;
	pinging_end(one, result);
}

static int
pinging_call(struct pinging *one)
{
	one->began_ns = orpc_now_ns();
	orpc_call_timeout(&one->call, one->all->info->connect_ms);
	return orpc_call_start(one->client, &one->call, &one->null, NULL,
	    pinging_done, NULL, one);
}

/* False: it could not even begin. */
static bool
pinging_start(struct pinging *one)
{
	struct pinger *p = one->all;
	struct orpc_client_options options = { .loop = p->loop,
	    .connect_timeout_ms = p->info->connect_ms,
	    .flags = ORPC_CLIENT_NO_RECONNECT };
	char address[160];
	int result = -ORPC_E_ADDRESS;

	one->program.number = one->entry->program;
	one->program.version = one->entry->version;
	if (entry_address(p->ask, one->entry, address,
	    sizeof(address)) == 0)
		result = orpc_client_start(address, &one->program, &options,
		    &one->client);
	if (!result)
		result = pinging_call(one);
	if (!result)
		return true;
	one->entry->result = result;
	p->failed++;
	orpc_client_close(one->client);
	memset(one, 0, sizeof(*one));
	return false;
}

static void
pinger_progress(const struct pinger *p)
{
	if (isatty(STDERR_FILENO) &&
	    orpc_now_ns() - p->began_ns > INT64_C(1000000000))
		fprintf(stderr, "\r%zu of %zu programs asked\033[K",
		    p->next - p->running, p->entries->n);
}

static void
pinger_fill(struct pinger *p)
{
	pinger_progress(p);
	for (size_t i = 0; i < PARALLEL; i++) {
		struct pinging *one = &p->slots[i];

		while (!one->all && p->next < p->entries->n) {
			one->all = p;
			one->entry = &p->entries->all[p->next++];
			if (pinging_start(one))
				p->running++;
		}
	}
}

int
ping_entries(const struct info *info, const struct ask *a,
    struct entries *entries)
{
	struct pinger p = { .info = info, .ask = a, .entries = entries,
	    .began_ns = orpc_now_ns() };
	size_t failed;

	if (orpc_loop_new(&p.loop))
		abort();
	pinger_fill(&p);
	if (p.running)
		orpc_loop_run(p.loop);
	orpc_loop_free(p.loop);
	failed = p.failed;
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	return failed ? EXIT_UNREACHABLE : EXIT_OK;
}
