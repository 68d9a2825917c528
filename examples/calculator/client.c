/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calculator's client: an operation from the command line, or one a line
 * from standard input.  A table says for each operation how many operands it
 * takes and which remote call it is.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <orpc/client.h>

#include "calculator.h"

/* How an operation ended; also the exit status. */
enum { DONE = 0, REFUSED = 1, USAGE = 2, CALL_FAILED = 3 };

#define WORDS_MAX 1024

/*
 * What operations share.  session is 0 until one is needed; then it is opened,
 * and closed at the end if we opened it.
 */
struct desk {
	struct orpc_client *client;
	struct orpc_call call;
	session_id session;
	int session_is_ours;
};

/* words[0] is the operation, the others are its operands. */
typedef int operation_fn(struct desk *desk, int n_words, char **words);

/* ---- Words, numbers, results ----------------------------------------------- */

static int
read_int(const char *word, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(word, &end, 10);
	return errno == 0 && end != word && *end == '\0';
}

static int
read_real(const char *word, double *out)
{
	char *end;

	*out = strtod(word, &end);
	return end != word && *end == '\0';
}

static int
not_a_number(const char *word)
{
	fprintf(stderr, "calculator: '%s' is not a number\n", word);
	return USAGE;
}

static const char *
status_text(calc_status status)
{
	switch (status) {
	case CALC_OK: return "done";
	case CALC_DIVIDE_BY_ZERO: return "division by zero";
	case CALC_OVERFLOW: return "the result is too large";
	case CALC_DOMAIN: return "there is no real result";
	case CALC_NO_SESSION: return "no such session";
	case CALC_BUSY: return "the server has no room for another session";
	}
	return "unknown status";
}

/* The server's answer was no. */
static int
refused(char **words, calc_status status)
{
	fprintf(stderr, "calculator: %s: %s\n", words[0], status_text(status));
	return REFUSED;
}

/* There is no answer: says at which step the call failed, and what to try. */
static int
failed(struct desk *desk)
{
	char text[512];

	orpc_error_text(&desk->call.error, text, sizeof(text));
	fprintf(stderr, "calculator: %s\n", text);
	return CALL_FAILED;
}

/* The shortest form that reads back as the same number. */
static void
print_real(double value)
{
	char text[40];
	double back;

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (read_real(text, &back) && back == value)
			break;
	}
	puts(text);
}

static int
int_answer(struct desk *desk, char **words, int result,
    const calc_result *answer)
{
	if (result != 0)
		return failed(desk);
	if (answer->status != CALC_OK)
		return refused(words, answer->status);
	printf("%" PRId64 "\n", answer->calc_result_u.value);
	return DONE;
}

static int
real_answer(struct desk *desk, char **words, int result,
    const real_result *answer)
{
	if (result != 0)
		return failed(desk);
	if (answer->status != CALC_OK)
		return refused(words, answer->status);
	print_real(answer->real_result_u.value);
	return DONE;
}

/* ---- Operations -------------------------------------------------------------- */

typedef int int_call(struct orpc_client *client, struct orpc_call *call,
    const operands *arg, calc_result *out);
typedef int real_call(struct orpc_client *client, struct orpc_call *call,
    const real_operands *arg, real_result *out);

/* Whole numbers go to one procedure, others to its sibling. */
static int
two_operands(struct desk *desk, char **words, int_call *on_ints,
    real_call *on_reals)
{
	operands ints;
	real_operands reals;

	if (on_ints && read_int(words[1], &ints.a) &&
	    read_int(words[2], &ints.b)) {
		calc_result answer;
		int result = on_ints(desk->client, &desk->call, &ints, &answer);

		return int_answer(desk, words, result, &answer);
	}
	if (!read_real(words[1], &reals.a))
		return not_a_number(words[1]);
	if (!read_real(words[2], &reals.b))
		return not_a_number(words[2]);
	if (!on_reals) {
		fprintf(stderr, "calculator: %s takes whole numbers\n",
		    words[0]);
		return USAGE;
	} else {
		real_result answer;
		int result = on_reals(desk->client, &desk->call, &reals,
		    &answer);

		return real_answer(desk, words, result, &answer);
	}
}

static int
op_add(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, calculator_v1_add,
	    calculator_v1_real_add);
}

static int
op_subtract(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, calculator_v1_subtract,
	    calculator_v1_real_subtract);
}

static int
op_multiply(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, calculator_v1_multiply,
	    calculator_v1_real_multiply);
}

static int
op_divide(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, calculator_v1_divide,
	    calculator_v1_real_divide);
}

static int
op_remainder(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, calculator_v1_remainder, NULL);
}

static int
op_power(struct desk *desk, int n_words, char **words)
{
	(void)n_words;
	return two_operands(desk, words, NULL, calculator_v1_power);
}

static int
op_addtogether(struct desk *desk, int n_words, char **words)
{
	int64_t numbers[WORDS_MAX];
	values arg = { .values_val = numbers };
	calc_result answer;
	int result;

	for (int i = 1; i < n_words; i++) {
		if (!read_int(words[i], &numbers[arg.values_len++]))
			return not_a_number(words[i]);
	}
	result = calculator_v1_addtogether(desk->client, &desk->call, &arg,
	    &answer);
	return int_answer(desk, words, result, &answer);
}

static int
op_root(struct desk *desk, int n_words, char **words)
{
	real_result answer;
	double value;
	int result;

	(void)n_words;
	if (!read_real(words[1], &value))
		return not_a_number(words[1]);
	result = calculator_v1_square_root(desk->client, &desk->call, value,
	    &answer);
	return real_answer(desk, words, result, &answer);
}

static int
op_quadratic(struct desk *desk, int n_words, char **words)
{
	quadratic_result answer;
	double abc[3];
	equation arg;

	for (int i = 1; i < n_words; i++) {
		if (!read_real(words[i], &abc[i - 1]))
			return not_a_number(words[i]);
	}
	arg = (equation){ abc[0], abc[1], abc[2] };
	if (calculator_v1_quadratic(desk->client, &desk->call, &arg,
	    &answer) != 0)
		return failed(desk);
	if (answer.status != CALC_OK)
		return refused(words, answer.status);
	/* The roots live in the call's arena until its next use. */
	for (uint32_t i = 0; i < answer.quadratic_result_u.roots.roots_len; i++)
		print_real(answer.quadratic_result_u.roots.roots_val[i]);
	return DONE;
}

/* ---- Sessions ------------------------------------------------------------------ */

static int
session_needed(struct desk *desk, char **words)
{
	session_result answer;

	if (desk->session != 0)
		return DONE;
	if (calculator_v1_open_session(desk->client, &desk->call,
	    &answer) != 0)
		return failed(desk);
	if (answer.status != CALC_OK)
		return refused(words, answer.status);
	desk->session = answer.session_result_u.session;
	desk->session_is_ours = 1;
	return DONE;
}

static int
op_session(struct desk *desk, int n_words, char **words)
{
	int status = session_needed(desk, words);

	(void)n_words;
	if (status == DONE)
		printf("%" PRIu64 "\n", desk->session);
	/* Whoever has seen the number may go on with it. */
	desk->session_is_ours = 0;
	return status;
}

static int
op_forget(struct desk *desk, int n_words, char **words)
{
	calc_status answer;

	(void)n_words;
	if (calculator_v1_close_session(desk->client, &desk->call,
	    desk->session, &answer) != 0)
		return failed(desk);
	desk->session = 0;
	desk->session_is_ours = 0;
	return answer == CALC_OK ? DONE : refused(words, answer);
}

static int
op_memory(struct desk *desk, int n_words, char **words)
{
	static const struct {
		const char *word;
		memory_key key;
		int takes_value;
	} keys[] = {
		{ "store", MEMORY_STORE, 1 },
		{ "add", MEMORY_ADD, 1 },
		{ "subtract", MEMORY_SUBTRACT, 1 },
		{ "recall", MEMORY_RECALL, 0 },
		{ "clear", MEMORY_CLEAR, 0 },
	};
	memory_request arg = { 0 };
	real_result answer;
	size_t i = 0;
	int status, result;

	while (i < sizeof(keys) / sizeof(keys[0]) &&
	    strcmp(words[1], keys[i].word) != 0)
		i++;
	if (i == sizeof(keys) / sizeof(keys[0]) ||
	    n_words != 2 + keys[i].takes_value) {
		fputs("calculator: memory takes 'store N', 'add N', "
		    "'subtract N', 'recall' or 'clear'\n", stderr);
		return USAGE;
	}
	if (keys[i].takes_value && !read_real(words[2], &arg.value))
		return not_a_number(words[2]);
	status = session_needed(desk, words);
	if (status != DONE)
		return status;
	arg.session = desk->session;
	arg.key = keys[i].key;
	result = calculator_v1_memory(desk->client, &desk->call, &arg, &answer);
	return real_answer(desk, words, result, &answer);
}

/* ---- From words to operations ---------------------------------------------------- */

static const struct operation {
	const char *name;
	operation_fn *run;
	int least, most;	/* operands */
	const char *operands;
	const char *says;
} operations[] = {
	{ "add", op_add, 2, 2, "A B", "A + B" },
	{ "subtract", op_subtract, 2, 2, "A B", "A - B" },
	{ "multiply", op_multiply, 2, 2, "A B", "A * B" },
	{ "divide", op_divide, 2, 2, "A B",
	    "A / B, towards zero for whole numbers" },
	{ "remainder", op_remainder, 2, 2, "A B", "what divide leaves over" },
	{ "power", op_power, 2, 2, "A B", "A to the power of B" },
	{ "root", op_root, 1, 1, "A", "the square root of A" },
	{ "quadratic", op_quadratic, 3, 3, "A B C",
	    "the x of A x^2 + B x + C = 0" },
	{ "addtogether", op_addtogether, 0, WORDS_MAX - 1, "[N]...",
	    "the sum of all" },
	{ "memory", op_memory, 1, 2, "KEY [N]",
	    "store N, add N, subtract N, recall, clear" },
	{ "session", op_session, 0, 0, "", "opens a session, prints its number" },
	{ "forget", op_forget, 0, 0, "", "closes the session" },
};

#define N_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static int
run_words(struct desk *desk, int n_words, char **words)
{
	for (size_t i = 0; i < N_OPERATIONS; i++) {
		const struct operation *o = &operations[i];

		if (strcmp(words[0], o->name) != 0)
			continue;
		if (n_words - 1 >= o->least && n_words - 1 <= o->most)
			return o->run(desk, n_words, words);
		fprintf(stderr, "calculator: usage: %s %s\n", o->name,
		    o->operands);
		return USAGE;
	}
	fprintf(stderr, "calculator: there is no operation '%s'; "
	    "try 'calculator --help'\n", words[0]);
	return USAGE;
}

static void
print_operations(FILE *to)
{
	for (size_t i = 0; i < N_OPERATIONS; i++)
		fprintf(to, "  %-12s%-9s %s\n", operations[i].name,
		    operations[i].operands, operations[i].says);
}

/* One operation a line until the input ends; a refusal ends nothing. */
static int
converse(struct desk *desk)
{
	int is_terminal = isatty(STDIN_FILENO), status = DONE;
	char *line = NULL;
	size_t room = 0;

	if (is_terminal)
		puts("One operation a line, such as: add 2 3. "
		    "'help' lists them, 'quit' ends.");
	for (;;) {
		char *words[WORDS_MAX], *rest = NULL;
		int n = 0;

		if (is_terminal) {
			fputs("> ", stdout);
			fflush(stdout);
		}
		if (getline(&line, &room, stdin) < 0)
			break;
		for (char *word = strtok_r(line, " \t\n", &rest);
		    word && n < WORDS_MAX; word = strtok_r(NULL, " \t\n", &rest))
			words[n++] = word;
		if (n == 0 || words[0][0] == '#')
			continue;
		if (strcmp(words[0], "quit") == 0)
			break;
		if (strcmp(words[0], "help") == 0)
			print_operations(stdout);
		else
			status = run_words(desk, n, words);
		fflush(stdout);
	}
	free(line);
	return is_terminal ? DONE : status;
}

/* ---- The program ------------------------------------------------------------------- */

static void
print_usage(void)
{
	fputs("usage: calculator [OPTION]... [OPERATION OPERAND...]\n"
	    "\n"
	    "Asks a calculator-server. Without an operation: one a line from\n"
	    "standard input.\n"
	    "\n", stdout);
	print_operations(stdout);
	fputs("\n"
	    "  -s, --server ADDRESS  HOST, tcp://HOST[:PORT], udp://HOST[:PORT],\n"
	    "                        unix:/PATH; without a port the binder at\n"
	    "                        HOST is asked\n"
	    "                        [$CALCULATOR_SERVER, or localhost]\n"
	    "  -t, --timeout MS      for connecting and for each call [10000]\n"
	    "      --session NUMBER  goes on with a session\n"
	    "      --ask-version N   asks for another version of the program\n"
	    "  -h, --help\n"
	    "\n"
	    "examples:\n"
	    "  calculator add 2 3\n"
	    "  calculator -s udp://localhost quadratic 1 -3 2\n"
	    "  echo 'divide 1 0' | calculator\n", stdout);
}

struct arguments {
	const char *server;
	struct orpc_client_options options;
	session_id session;
	uint32_t version;
};

/* Returns -1 to go on, or the exit status. */
static int
read_arguments(int argc, char **argv, struct arguments *out)
{
	enum { SESSION = 256, VERSION };
	static const struct option options[] = {
		{ "server", required_argument, NULL, 's' },
		{ "timeout", required_argument, NULL, 't' },
		{ "session", required_argument, NULL, SESSION },
		{ "ask-version", required_argument, NULL, VERSION },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *server = getenv("CALCULATOR_SERVER");
	int c;

	*out = (struct arguments){
		.server = server ? server : "localhost",
		.version = CALCULATOR_V1,
	};
	/* '+': what follows the operation is its own, also "-3". */
	while ((c = getopt_long(argc, argv, "+s:t:h", options, NULL)) != -1) {
		switch (c) {
		case 's':
			out->server = optarg;
			break;
		case 't':
			out->options.connect_timeout_ms =
			    (uint32_t)strtoul(optarg, NULL, 10);
			out->options.call_timeout_ms =
			    out->options.connect_timeout_ms;
			break;
		case SESSION:
			out->session = strtoull(optarg, NULL, 10);
			break;
		case VERSION:
			out->version = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'h':
			print_usage();
			return DONE;
		default:
			fputs("try 'calculator --help'\n", stderr);
			return USAGE;
		}
	}
	return -1;
}

int
main(int argc, char **argv)
{
	struct orpc_program program = calculator_v1_program;
	struct orpc_error error = { 0 };
	struct desk desk = { 0 };
	struct arguments arguments;
	calc_status closed;
	int status;

	status = read_arguments(argc, argv, &arguments);
	if (status >= 0)
		return status;
	program.version = arguments.version;
	if (orpc_client_open(arguments.server, &program, &arguments.options,
	    &desk.client, &error) != 0) {
		char text[512];

		orpc_error_text(&error, text, sizeof(text));
		fprintf(stderr, "calculator: %s\n", text);
		return CALL_FAILED;
	}
	desk.session = arguments.session;
	status = optind < argc ?
	    run_words(&desk, argc - optind, argv + optind) : converse(&desk);
	if (desk.session_is_ours)
		calculator_v1_close_session(desk.client, &desk.call,
		    desk.session, &closed);
	orpc_call_fini(&desk.call);
	orpc_client_close(desk.client);
	return status;
}
