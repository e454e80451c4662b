/* SPDX-License-Identifier: Apache-2.0
 * A token library that does harm in the way that its build chooses: -DCRASH, -DHANG, -DNOISE, -DABSURD, -DLIAR. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;
typedef ulong (*function)();
struct attribute { ulong type; void *value; ulong length; };
struct list { unsigned char version[2]; function functions[68]; };

static ulong ok() { return 0; }
static ulong unsupported() { return 0x54; }

static ulong get_slot_list(unsigned char present, ulong *slots, ulong *count) {
#ifdef HANG
    for (;;) sleep(1);
#endif
#ifdef NOISE
    printf("a vendor's debugging output that must not be taken for an answer\n");
    fflush(stdout);
    if (write(1, "\0\0\0\1\0\0\0\1x", 9) < 0) return 5;
#endif
#ifdef ABSURD
    *count = (ulong)-2;
    return 0;
#endif
    if (slots) slots[0] = 7;
    *count = 1;
    return 0;
}

static ulong get_token_info(ulong slot, unsigned char *answer) {
    memset(answer, 'A', 96);          /* label, manufacturer, model, serial: no end anywhere */
    memset(answer + 96, 0xFF, 112);   /* every flag, every number */
    return 0;
}

static ulong open_session(ulong slot, ulong flags, void *application, void *notify, ulong *session) {
    *session = 1;
    return 0;
}

static ulong find_objects(ulong session, ulong *objects, ulong most, ulong *count) {
#ifdef LIAR
    *count = most + 1;                /* more than there is room for */
#else
    *count = 0;
#endif
    return 0;
}

static ulong get_attribute_value(ulong session, ulong object, struct attribute *template, ulong count) {
    template->length = template->value ? template->length + 1 : 1UL << 40;
    return 0;
}

static ulong sign(ulong session, void *data, ulong length, void *signature, ulong *signature_length) {
#ifdef CRASH
    raise(SIGSEGV);
    *(volatile int *)8 = 0;
#endif
    *signature_length = 1UL << 62;
    return 0;
}

static struct list all;

ulong C_GetFunctionList(struct list **answer) {
    for (int i = 0; i < 68; i++) all.functions[i] = unsupported;
    all.functions[0] = ok;
    all.functions[1] = ok;
    all.functions[4] = get_slot_list;
    all.functions[6] = get_token_info;
    all.functions[12] = open_session;
    all.functions[14] = ok;
    all.functions[24] = get_attribute_value;
    all.functions[26] = ok;
    all.functions[27] = find_objects;
    all.functions[28] = ok;
    all.functions[42] = ok;
    all.functions[43] = sign;
    *answer = &all;
    return 0;
}
