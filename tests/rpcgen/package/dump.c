/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints sizes and bytes. */
#include "value.h"

int
main(void)
{
	payload_t payloads[3];
	message second, first;

	fill(&second, payloads, NULL);
	fill(&first, payloads, &second);
	printf("sizes %zu %zu %zu %zu, limit %d\n", sizeof(head_t),
	    sizeof(payload_t), sizeof(signature_t), sizeof(message), LIMIT);
	print_encoded("one", &second);
	print_encoded("two", &first);
	return 0;
}
