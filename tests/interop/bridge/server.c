/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One svc_run server, with version 1 of BRIDGE in one of the dialects and
 * version 2 in the classic one, or in both: server classic|native PATH.
 * Without a binder; says where it listens.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bridge.h"

/* The classic dispatch functions, of `idlc --rpcgen -m`. */
void bridge_1(struct svc_req *rq, SVCXPRT *xprt);
void bridge_2(struct svc_req *rq, SVCXPRT *xprt);

/* What NOTE adds to, in either dialect. */
static int count;

/* ---- Version 1, classic ----------------------------------------------------- */

static void
turn_around(basket *b)
{
	u_int n = b->weights.weights_len;

	for (u_int i = 0; i < n / 2; i++) {
		quad_t kept = b->weights.weights_val[i];

		b->weights.weights_val[i] = b->weights.weights_val[n - 1 - i];
		b->weights.weights_val[n - 1 - i] = kept;
	}
}

basket *
turn_1_svc(basket *arg, struct svc_req *rq)
{
	(void)rq;
	for (basket *b = arg; b; b = b->next)
		turn_around(b);
	return arg;
}

blob *
echo_1_svc(blob *arg, struct svc_req *rq)
{
	(void)rq;
	return arg;
}

char **
who_1_svc(void *arg, struct svc_req *rq)
{
	static char *text = "classic";

	(void)arg;
	(void)rq;
	return &text;
}

blob *
fill_1_svc(u_int *arg, struct svc_req *rq)
{
	static char bytes[65536];
	static blob out = { 0, bytes };

	(void)rq;
	memset(bytes, 'f', sizeof(bytes));
	out.blob_len = *arg < sizeof(bytes) ? *arg : sizeof(bytes);
	return &out;
}

void *
note_1_svc(int *arg, struct svc_req *rq)
{
	(void)rq;
	count += *arg;
	return &count;
}

int *
count_1_svc(void *arg, struct svc_req *rq)
{
	(void)arg;
	(void)rq;
	return &count;
}

int *
end_1_svc(int *arg, struct svc_req *rq)
{
	(void)arg;
	(void)rq;
	return NULL;
}

int *
later_1_svc(int *arg, struct svc_req *rq)
{
	(void)rq;
	return arg;
}

void *
stop_1_svc(void *arg, struct svc_req *rq)
{
	(void)arg;
	(void)rq;
	svc_exit();
	return &count;
}

int *
nobody_1_svc(void *arg, struct svc_req *rq)
{
	(void)arg;
	svcerr_noproc(rq->rq_xprt);
	return NULL;
}

int *
guarded_1_svc(void *arg, struct svc_req *rq)
{
	const struct authunix_parms *p = rq->rq_clntcred;

	(void)arg;
	if (rq->rq_cred.oa_flavor == AUTH_UNIX && p->aup_uid == 4711)
		return &count;
	svcerr_weakauth(rq->rq_xprt);
	return NULL;
}

/* ---- Version 1, native ------------------------------------------------------ */

static struct orpc_request *parked;

static int
turn(struct orpc_request *rq, const basket *arg, basket *out)
{
	(void)rq;
	*out = *arg;
	for (basket *b = out; b; b = b->next)
		turn_around(b);
	return 0;
}

static int
echo(struct orpc_request *rq, const blob *arg, blob *out)
{
	(void)rq;
	*out = *arg;
	return 0;
}

/* "flavour uid gid groups machine / transport peer / local / unix uid" */
static int
who(struct orpc_request *rq, char **out)
{
	const struct orpc_identity *id = orpc_request_identity(rq);
	char peer[128], local[128], *text;
	const struct sockaddr *sa;
	uint32_t n;

	text = oxdr_arena_take(orpc_request_arena(rq), 1024, 1);
	sa = orpc_request_peer(rq, &n);
	orpc_sockaddr_format(orpc_request_transport(rq), sa, n, peer,
	    sizeof(peer));
	sa = orpc_request_local(rq, &n);
	orpc_sockaddr_format(orpc_request_transport(rq), sa, n, local,
	    sizeof(local));
	snprintf(text, 1024, "%d %d %d %d %s / %d %s / %s / %d", id->flavor,
	    id->sys ? (int)id->sys->uid : -1, id->sys ? (int)id->sys->gid : -1,
	    id->sys && id->sys->n_gids ?
	    (int)id->sys->gids[id->sys->n_gids - 1] : -1,
	    id->sys ? id->sys->machine_name : "",
	    (int)orpc_request_transport(rq), peer, local,
	    id->has_unix_peer ? (int)id->unix_uid : -1);
	*out = text;
	return 0;
}

static int
fill(struct orpc_request *rq, u_int arg, blob *out)
{
	out->blob_val = oxdr_arena_take(orpc_request_arena(rq), arg, 1);
	memset(out->blob_val, 'f', arg);
	out->blob_len = arg;
	return 0;
}

static int
note(struct orpc_request *rq, int arg)
{
	(void)rq;
	count += arg;
	return 0;
}

static int
count_told(struct orpc_request *rq, int *out)
{
	(void)rq;
	*out = count;
	return 0;
}

static int
end(struct orpc_request *rq, int arg, int *out)
{
	(void)rq;
	*out = arg;
	return arg;
}

static void *
too_late(void *out)
{
	*(int *)out = bridge_v1_later_reply(parked, 7);
	return NULL;
}

static int
later(struct orpc_request *rq, int arg, int *out)
{
	pthread_t thread;

	switch (arg) {
	case 0:
		return bridge_v1_later_reply(rq, 42) ? ORPC_R_SYSTEM_ERR :
		    ORPC_LATER;
	case 1:
		parked = rq;
		return ORPC_LATER;
	case 2:
		orpc_request_fail(rq, ORPC_R_AUTH_TOOWEAK);
		return ORPC_LATER;
	default:
		pthread_create(&thread, NULL, too_late, out);
		pthread_join(thread, NULL);
		return 0;
	}
}

static int
stop(struct orpc_request *rq)
{
	(void)rq;
	svc_exit();
	return 0;
}

static int
guarded(struct orpc_request *rq, int *out)
{
	const struct orpc_identity *id = orpc_request_identity(rq);

	*out = (int)id->sys->uid;
	return 0;
}

static int
authorize(void *ctx, struct orpc_request *rq)
{
	const struct orpc_identity *id = orpc_request_identity(rq);

	(void)ctx;
	if (strcmp(orpc_request_proc(rq)->name, "GUARDED") != 0)
		return 0;
	return id->sys && id->sys->uid == 4711 ? 0 : ORPC_R_AUTH_TOOWEAK;
}

static const struct bridge_v1_ops ops_1 = {
	.turn = turn, .echo = echo, .who = who, .fill = fill, .note = note,
	.count = count_told, .end = end, .later = later, .stop = stop,
	.guarded = guarded,
};

/* ---- Version 2, in halves --------------------------------------------------- */

int *
doubled_2_svc(int *arg, struct svc_req *rq)
{
	(void)rq;
	*arg *= 2;
	return arg;
}

int *
squared_2_svc(int *arg, struct svc_req *rq)
{
	(void)rq;
	*arg *= *arg;
	return arg;
}

/* Tells itself from the classic one. */
static int
doubled(struct orpc_request *rq, int arg, int *out)
{
	(void)rq;
	*out = -2 * arg;
	return 0;
}

static const struct bridge_v2_ops ops_2 = { .doubled = doubled };
static const uint32_t native_2[] = { DOUBLED };

/* ---- Serving ---------------------------------------------------------------- */

static void
must(bool fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "server: %s\n", what);
	exit(1);
}

static void
serve_native(SVCXPRT *xprt)
{
	const struct orpc_tirpc_options first = {
		.max_args_bytes = BRIDGE_ARGS_MAX, .authorize = authorize };
	const struct orpc_tirpc_options second = { .classic = bridge_2,
		.native = native_2, .n_native = 1 };
	const struct orpc_tirpc_options bad_flags = { .flags = 64 };
	const struct orpc_tirpc_options no_classic = { .native = native_2,
		.n_native = 1 };

	must(orpc_tirpc_register(xprt, &bridge_v1_service, &ops_1,
	    &bad_flags) == -ORPC_E_NOTSUP, "unknown flags are taken");
	must(orpc_tirpc_register(xprt, &bridge_v1_service, &ops_1,
	    &no_classic) == -ORPC_E_INVAL, "nothing beside native is taken");
	must(!orpc_tirpc_register(xprt, &bridge_v1_service, &ops_1, &first),
	    "version 1");
	must(!orpc_tirpc_register(xprt, &bridge_v2_service, &ops_2, &second),
	    "version 2");
	must(orpc_tirpc_register(xprt, &bridge_v2_service, &ops_1, NULL) ==
	    -ORPC_E_EXISTS, "a second service is taken");
}

static void
serve(SVCXPRT *xprt, bool native)
{
	must(xprt != NULL, "no transport");
	if (native) {
		serve_native(xprt);
		return;
	}
	must(svc_reg(xprt, BRIDGE, BRIDGE_V1, bridge_1, NULL), "version 1");
	must(svc_reg(xprt, BRIDGE, BRIDGE_V2, bridge_2, NULL), "version 2");
	/* What libtirpc serves already is left alone. */
	must(orpc_tirpc_register(xprt, &bridge_v1_service, &ops_1, NULL) ==
	    -ORPC_E_EXISTS, "a classic version is taken over");
	must(orpc_tirpc_unregister(BRIDGE, BRIDGE_V1) == -ORPC_E_NOTFOUND,
	    "a version that failed is listed");
}

static int
bound(int type, const char *name)
{
	int fd = socket(AF_INET, type, 0);
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(fd >= 0 && !bind(fd, (struct sockaddr *)&at, n) &&
	    (type == SOCK_DGRAM || !listen(fd, 8)) &&
	    !getsockname(fd, (struct sockaddr *)&at, &n), "socket");
	printf("%s %d\n", name, ntohs(at.sin_port));
	return fd;
}

static int
bound_unix(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	must(fd >= 0 && !bind(fd, (struct sockaddr *)&at, sizeof(at)) &&
	    !listen(fd, 8), path);
	return fd;
}

int
main(int argc, char **argv)
{
	bool native = argc > 1 && strcmp(argv[1], "native") == 0;
	SVCXPRT *xprt[3];

	must(argc == 3, "server classic|native PATH");
	xprt[0] = svctcp_create(bound(SOCK_STREAM, "tcp"), 0, 0);
	xprt[1] = svcudp_create(bound(SOCK_DGRAM, "udp"));
	xprt[2] = svc_vc_create(bound_unix(argv[2]), 0, 0);
	for (int i = 0; i < 3; i++)
		serve(xprt[i], native);
	printf("ready\n");
	fflush(stdout);
	svc_run();
	if (native) {
		must(!orpc_tirpc_unregister(BRIDGE, BRIDGE_V1), "version 1");
		must(!orpc_tirpc_unregister(BRIDGE, BRIDGE_V2), "version 2");
		must(orpc_tirpc_unregister(BRIDGE, BRIDGE_V2) ==
		    -ORPC_E_NOTFOUND, "unregistered twice");
	}
	for (int i = 0; i < 3; i++)
		svc_destroy(xprt[i]);
	printf("done\n");
	return 0;
}
