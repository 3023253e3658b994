/* SPDX-License-Identifier: GPL-2.0-only */
/* What a crash would give, in one word. The judge (capture/) finds it. */
#ifndef EMU_VERDICT_WORD_H
#define EMU_VERDICT_WORD_H

/* from good to bad; a verdict is the worst of its findings */
enum verdict_word {
	VERDICT_ACCURATE,
	VERDICT_STALE,		/* consistent, but not the present state */
	VERDICT_INCOMPLETE,	/* memory or CPUs missing, or too many */
	VERDICT_HANG,		/* the capture kernel cannot boot */
	VERDICT_LOST,		/* no image, or purgatory stops */
};

#endif /* EMU_VERDICT_WORD_H */
