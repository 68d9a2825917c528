/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linked first, this moves all other code by PLACE bytes.  Where a function
 * of a few instructions lies in its cache lines makes up to a third of its
 * time, and says nothing of the function: so everything is measured at four
 * places.
 */
#if PLACE
#define TEXT_(n) #n
#define TEXT(n) TEXT_(n)
__asm__(".text\n\t.skip " TEXT(PLACE) ", 0x90\n");
#endif

extern int w1_place;
int w1_place = PLACE;
