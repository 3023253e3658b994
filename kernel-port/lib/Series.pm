# SPDX-License-Identifier: GPL-2.0-only
#
# The patches in their order. Each is an edit of the tree; what it says is in
# messages/NAME.txt. Every one of them leaves a tree that builds: nothing of
# crash_hp is compiled before an architecture selects it.
package Series;
use strict;
use warnings;

use constant {
	GENERIC => 'kernel/crash_hp',
	POWERPC => 'arch/powerpc/kexec/crash_hp',
	X86 => 'arch/x86/kernel/crash_hp',
};

# name => edit of ($tree, $source); a patch that changes nothing is left out
our @patches = (
	['helpers', \&helpers],
	['elfcorehdr', \&elfcorehdr],
	['watch', \&watch],
	['crash-fdt', \&crash_fdt],
	['powerpc', \&powerpc],
	['x86', \&x86],
	['crash-path', \&crash_path],
	['documentation', \&documentation],
	['kunit', \&kunit],
	['panic-at-store', \&panic_at_store],
);

my $spdx = "# SPDX-License-Identifier: GPL-2.0-only\n";

# --- generic -------------------------------------------------------------------

sub helpers {
	my ($tree, $source) = @_;
	my $kconfig = 'kernel/Kconfig.kexec';

	$source->core(GENERIC, 'mem_ranges.c', 'mem_ranges.h');
	$source->port(GENERIC, 'kernel_compat.h');
	$tree->add_file(GENERIC . '/Makefile',
		$spdx . "obj-\$(CONFIG_CRASH_MEM_RANGES)\t+= mem_ranges.o\n");
	$tree->add_to_makefile('kernel/Makefile', 'crash_core.o',
		'obj-$(CONFIG_CRASH_MEM_RANGES) += crash_hp/');
	$tree->add_config_before($kconfig, 'CRASH_DUMP',
		"config CRASH_MEM_RANGES\n\tbool\n");

	my ($start, $end) = $tree->find_function('kernel/crash_core.c',
						 'crash_exclude_mem_range');
	my $function = substr($tree->existing('kernel/crash_core.c'), $start,
			      $end - $start);
	$tree->replace('kernel/crash_core.c', $start, $end,
		       "#ifndef CONFIG_CRASH_MEM_RANGES\n$function\n#endif");

	$tree->edit('MAINTAINERS', 'entry KDUMP with kernel/crash_*.c',
		    qr/^(F:\tkernel\/crash_\*\.c\n)/m,
		    sub { "$_[0]F:\t" . GENERIC . "/\n" });
}

sub elfcorehdr {
	my ($tree, $source) = @_;

	$source->core(GENERIC, map { ("$_.c", "$_.h") } qw(elfcorehdr online_mem));
	$tree->add_config_before('kernel/Kconfig.kexec', 'CRASH_DUMP',
		"config CRASH_HP\n\tbool\n\tselect CRASH_MEM_RANGES\n");
	$tree->add_to_makefile(GENERIC . '/Makefile', 'mem_ranges.o',
		"obj-\$(CONFIG_CRASH_HP)\t\t+= elfcorehdr.o online_mem.o");
}

sub watch {
	my ($tree, $source) = @_;
	my $kconfig = 'kernel/Kconfig.kexec';

	$source->core(GENERIC, qw(crash_hp.h crash_watch.c crash_watch.h
				  elfcorehdr_load.c elfcorehdr_segment.c
				  hp_handler.c publish.c publish.h slots.c
				  slots.h slots_load.c));
	$tree->add_to_makefile(GENERIC . '/Makefile', 'elfcorehdr.o',
		"obj-\$(CONFIG_CRASH_HP)\t\t+= crash_watch.o elfcorehdr_segment.o hp_handler.o publish.o slots.o\n" .
		"ifdef CONFIG_CRASH_HP\n" .
		"obj-\$(CONFIG_KEXEC_FILE)\t+= elfcorehdr_load.o slots_load.o\n" .
		"endif");

	# without hotplug there is nothing to follow, but images are loaded
	$tree->add_to_config($kconfig, 'CRASH_HP', 'select CRASH_HOTPLUG');
	$tree->edit_config($kconfig, 'CRASH_HOTPLUG',
		'dependency on HOTPLUG_CPU || MEMORY_HOTPLUG',
		qr/\(HOTPLUG_CPU \|\| MEMORY_HOTPLUG\)/,
		'(HOTPLUG_CPU || MEMORY_HOTPLUG || CRASH_HP)');
	$tree->edit_config($kconfig, 'CRASH_HOTPLUG', 'prompt',
		qr/^(\tbool "[^"\n]*")\n/m, sub { "$_[0] if !CRASH_HP\n" });

	$tree->edit('include/linux/crash_core.h', 'end of LINUX_CRASH_CORE_H',
		qr{^(#endif /\* LINUX_CRASH_CORE_H \*/\n)}m, sub { <<END . $_[0] });
#ifdef CONFIG_CRASH_HP
void crash_hp_cleanup(struct kimage *image);
#else
static inline void crash_hp_cleanup(struct kimage *image) { }
#endif

#if defined(CONFIG_CRASH_HP) && defined(CONFIG_KEXEC_FILE)
void crash_hp_load_cleanup(struct kimage *image);
#else
static inline void crash_hp_load_cleanup(struct kimage *image) { }
#endif

END
}

# --- powerpc -------------------------------------------------------------------

sub crash_fdt {
	my ($tree, $source) = @_;
	my @objects = qw(crash_fdt crash_fdt_nodes crash_fdt_watch
			 crash_fdt_write);

	$source->core(POWERPC, 'crash_fdt_load.c', 'crash_fdt_tree.h',
		      map { ("$_.c", $_ =~ /nodes|write/ ? () : "$_.h") } @objects);
	$tree->add_file(POWERPC . '/Makefile', $spdx .
		"ccflags-y := -I\$(srctree)/" . GENERIC . "\n\n" .
		"obj-y\t\t\t\t+= " . join(' ', map { "$_.o" } @objects) . "\n" .
		"obj-\$(CONFIG_KEXEC_FILE)\t+= crash_fdt_load.o\n");
	$tree->add_to_makefile('arch/powerpc/kexec/Makefile', 'crash.o',
		"obj-\$(CONFIG_CRASH_HP)\t\t+= crash_hp/");
}

sub powerpc {
	my ($tree, $source) = @_;
	my $kconfig = 'arch/powerpc/Kconfig';

	$source->core(POWERPC, qw(powerpc.c powerpc.h powerpc_load.c
				  powerpc_ranges.c powerpc_slots.c
				  powerpc_slots.h powerpc_slots_load.c));
	$tree->add_to_makefile(POWERPC . '/Makefile', 'crash_fdt.o',
		"obj-y\t\t\t\t+= powerpc.o powerpc_ranges.o powerpc_slots.o");
	$tree->edit(POWERPC . '/Makefile', 'crash_fdt_load.o',
		qr/ crash_fdt_load\.o$/m, ' crash_fdt_load.o powerpc_load.o powerpc_slots_load.o');
	$tree->add_to_config($kconfig, 'ARCH_SELECTS_KEXEC_FILE',
			     'select CRASH_MEM_RANGES');
	$tree->add_to_config($kconfig, 'ARCH_SELECTS_CRASH_DUMP',
			     'select CRASH_HP if PPC64');

	powerpc_headers($tree);
	powerpc_handlers($tree);
	powerpc_ranges($tree);
	powerpc_file_load($tree);
	powerpc_elf($tree);
}

sub powerpc_headers {
	my ($tree) = @_;
	my $kexec = 'arch/powerpc/include/asm/kexec.h';
	my $ranges = 'arch/powerpc/include/asm/kexec_ranges.h';

	$tree->add_to_structs($kexec, 'kimage_arch',
		"\tstruct crash_watch *crash_watch;\n" .
		"\tstruct crash_fdt_watch *crash_fdt;\n" .
		"\tstruct crash_slots *crash_slots;\n\n");
	$tree->drop_prototype($kexec, 'sync_backup_region_phdr',
			      'setup_kdump_cmdline');
	$tree->edit($kexec, 'prototype of load_crashdump_segments_ppc64()',
		qr/^(int load_crashdump_segments_ppc64\([^;]*\);\n)/m,
		sub { "$_[0]" . <<END });
void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline);
void crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
			 const void *fdt);
int crash_fdt_add_platform(void *fdt);
END
	$tree->drop_prototype($ranges, qw(realloc_mem_ranges remove_mem_range
					  get_crash_memory_ranges
					  get_usable_memory_ranges));
	$tree->drop_macro($ranges, 'MEM_RANGE_CHUNK_SZ');
	$tree->tidy($ranges);
}

sub powerpc_handlers {
	my ($tree) = @_;
	my $crash = 'arch/powerpc/kexec/crash.c';

	$tree->drop_function($crash, qw(sync_backup_region_phdr
		machine_kexec_post_load arch_crash_get_elfcorehdr_size
		update_crash_elfcorehdr get_fdt_index update_crash_fdt
		arch_crash_hotplug_support arch_crash_handle_hotplug_event));
	$tree->tidy($crash);
	$tree->add_to_function('arch/powerpc/kexec/core.c',
		'machine_kexec_cleanup', 'crash_hp_cleanup(image);');
}

# only kexec_file_load(2) needs what is left
sub powerpc_ranges {
	my ($tree) = @_;
	my $ranges = 'arch/powerpc/kexec/ranges.c';
	my $makefile = 'arch/powerpc/kexec/Makefile';

	$tree->drop_function($ranges, qw(get_max_nr_ranges get_mem_rngs_size
		__add_mem_range realloc_mem_ranges add_mem_range
		remove_mem_range get_crash_memory_ranges
		get_usable_memory_ranges));
	$tree->drop_conditionals($ranges, qw(CONFIG_KEXEC_FILE CONFIG_CRASH_DUMP));
	$tree->tidy($ranges);

	$tree->edit($makefile, 'ranges.o', qr/ ranges\.o\b/, '');
	$tree->edit($makefile, 'file_load.o', qr/ file_load\.o\b/,
		    ' file_load.o ranges.o');
}

sub powerpc_file_load {
	my ($tree) = @_;
	my $file = 'arch/powerpc/kexec/file_load_64.c';
	my $cleanup = 'arch_kimage_file_post_load_cleanup';
	my $setup = 'setup_new_fdt_ppc64';

	$tree->drop_struct($file, 'umem_info');
	$tree->drop_macro($file, 'NODE_PATH_LEN');
	$tree->drop_function($file, qw(check_realloc_usable_mem add_usable_mem
		kdump_setup_usable_lmb add_usable_mem_property
		update_usable_mem_fdt load_backup_segment
		kdump_extra_elfcorehdr_size load_elfcorehdr_segment
		load_crashdump_segments_ppc64 kdump_extra_fdt_size_ppc64));

	$tree->edit_function($file, 'kexec_extra_fdt_size_ppc64',
		'call of kdump_extra_fdt_size_ppc64()',
		qr/return extra_size \+ kdump_extra_fdt_size_ppc64\([^;]*;/,
		'return extra_size;');
	$tree->edit_function($file, $setup, 'part for CONFIG_CRASH_DUMP',
		qr/^#ifdef CONFIG_CRASH_DUMP\n(?:(?!#).*\n)*#endif\n\n?/m, '');
	$tree->edit_function($file, $setup, 'variable umem',
		qr/^\tstruct crash_mem \*umem = NULL;\n/m, '');
	$tree->edit_function($file, $setup, 'kfree(umem)',
		qr/^\tkfree\(umem\);\n/m, '');
	$tree->add_before_function($file, $setup, <<END);
/**
 * crash_fdt_add_platform - Put into the FDT of a crash kernel what belongs to the
 *                          platform: DMA windows, the password of its keystore.
 * \@fdt:                   Flattened device tree, its CPUs and memory in place.
 *
 * Returns 0 on success, negative libfdt error on error.
 */
int crash_fdt_add_platform(void *fdt)
{
	int ret;

	ret = update_pci_dma_nodes(fdt, DIRECT64_PROPNAME);
	if (ret < 0)
		return ret;
	ret = update_pci_dma_nodes(fdt, DMA64_PROPNAME);
	if (ret < 0)
		return ret;
	return plpks_is_available() ? plpks_populate_fdt(fdt) : 0;
}

END
	$tree->edit_function($file, $cleanup, 'end of exclude_ranges',
		qr/\bkfree\(image->arch\.exclude_ranges\);/,
		'kvfree(image->arch.exclude_ranges);');
	$tree->edit_function($file, $cleanup, 'end of backup_buf and elf_headers',
		qr/\tvfree\(image->arch\.backup_buf\);.*?image->elf_headers_sz = 0;\n/s,
		"\tcrash_hp_load_cleanup(image);\n");
	$tree->tidy($file);

	$tree->drop_function('arch/powerpc/kexec/file_load.c',
			     'setup_kdump_cmdline');
}

sub powerpc_elf {
	my ($tree) = @_;
	my $file = 'arch/powerpc/kexec/elf_64.c';
	my $load = 'elf64_load';
	my $crash = 'IS_ENABLED(CONFIG_CRASH_DUMP) && image->type == KEXEC_TYPE_CRASH';

	$tree->edit_function($file, $load, 'variable modified_cmdline',
		qr/^\tchar \*modified_cmdline = NULL;\n/m, '');
	$tree->edit_function($file, $load, 'kfree(modified_cmdline)',
		qr/^\tkfree\(modified_cmdline\);\n/m, '');
	$tree->edit_function($file, $load, 'call of setup_kdump_cmdline()',
		qr{\n(?:\t\t/\*(?:(?!\*/).)*\*/\n)?\t\tmodified_cmdline = setup_kdump_cmdline.*?cmdline = modified_cmdline;\n}s,
		'');
	$tree->edit_function($file, $load, 'kfree(rmem)',
		qr/\bkfree\(rmem\);/, 'kvfree(rmem);');
	$tree->edit_function($file, $load, 'kvfree(fdt)',
		qr/^\tkvfree\(fdt\);\n/m,
		"\tkvfree(fdt);\n\timage->arch.fdt = NULL;\n");
	$tree->edit_function($file, $load, 'address of the FDT',
		qr/^(\tfdt_load_addr = kbuf\.mem;\n)/m, sub { $_[0] . <<END });

	if ($crash)
		crash_hp_load_slots(image, &kbuf, fdt);
END
	$tree->edit_function($file, $load,
		'part from get_reserved_memory_ranges() to fdt_pack()',
		qr/^(\tret = get_reserved_memory_ranges\(&rmem\);\n.*?)\n\tif \([^\n]*\n\t\tfdt_pack\(fdt\);\n/ms,
		sub {
			my $other = "$_[0]\n\tfdt_pack(fdt);\n";

			$other =~ s/^(?=[^\n])/\t/mg;
			return <<END;
	if ($crash) {
		fdt = crash_fdt_load(image, initrd_load_addr, initrd_len,
				     cmdline);
		if (IS_ERR(fdt)) {
			ret = PTR_ERR(fdt);
			goto out;
		}
	} else {
$other	}
END
		});
}

# --- x86 ------------------------------------------------------------------------

sub x86 {
	my ($tree, $source) = @_;
	my $crash = 'arch/x86/kernel/crash.c';
	my $kexec = 'arch/x86/include/asm/kexec.h';
	my $kconfig = 'arch/x86/Kconfig';

	$source->core(X86, qw(x86.c x86.h x86_load.c x86_ranges.c
			      x86_slots_load.c));
	$tree->add_file(X86 . '/Makefile', $spdx .
		"ccflags-y := -I\$(srctree)/" . GENERIC . "\n\n" .
		"obj-y\t\t\t\t+= x86.o x86_ranges.o\n" .
		"obj-\$(CONFIG_KEXEC_FILE)\t+= x86_load.o x86_slots_load.o\n");
	$tree->add_to_makefile('arch/x86/kernel/Makefile', 'crash.o',
		"obj-\$(CONFIG_CRASH_HP)\t\t+= crash_hp/");
	$tree->add_config_after($kconfig, 'ARCH_DEFAULT_CRASH_DUMP', <<END);
config ARCH_SELECTS_CRASH_DUMP
	def_bool y
	depends on CRASH_DUMP
	select CRASH_HP
END
	$tree->add_to_structs($kexec, 'kimage_arch',
		"\tstruct crash_watch *crash_watch;\n" .
		"\tstruct crash_slots *crash_slots;\n\n");
	$tree->edit($kexec, 'macro crash_get_elfcorehdr_size',
		qr/^(#define crash_get_elfcorehdr_size [^\n]*\n)/m,
		sub { "$_[0]" . <<END });

int machine_kexec_post_load(struct kimage *image);
#define machine_kexec_post_load machine_kexec_post_load
END

	x86_slots($tree);

	$tree->drop_function($crash, qw(get_nr_ram_ranges_callback
		fill_up_crash_elf_data elf_header_exclude_ranges
		prepare_elf64_ram_headers_callback prepare_elf_headers
		crash_load_segments arch_crash_hotplug_support
		arch_crash_get_elfcorehdr_size arch_crash_handle_hotplug_event));
	$tree->tidy($crash);

	$tree->add_to_function("arch/x86/kernel/machine_kexec_$_.c",
		'machine_kexec_cleanup', 'crash_hp_cleanup(image);')
		for 32, 64;
	$tree->edit_function('arch/x86/kernel/machine_kexec_64.c',
		'arch_kimage_file_post_load_cleanup', 'end of elf_headers',
		qr/^\tvfree\(image->elf_headers\);\n\timage->elf_headers = NULL;\n/m,
		"\tcrash_hp_load_cleanup(image);\n");
}

sub x86_slots {
	my ($tree) = @_;
	my $header = 'arch/x86/include/asm/crash.h';

	$tree->edit($header, 'struct kimage',
		qr/^(struct kimage;\n)/m, sub { "struct kexec_buf;\n$_[0]" });
	$tree->edit($header, 'prototype of crash_load_segments()',
		qr/^(int crash_load_segments\(struct kimage \*image\);\n)/m,
		sub { $_[0] . <<END });
void crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
			 const void *params);
END
	$tree->edit_function('arch/x86/kernel/kexec-bzimage64.c',
		'bzImage64_load', 'call of setup_boot_parameters()',
		qr/^(\tret = setup_boot_parameters\([^;]*\);\n\tif \(ret\)\n\t\tgoto \w+;\n)/m,
		sub { $_[0] . <<END });

	if (IS_ENABLED(CONFIG_CRASH_DUMP) && image->type == KEXEC_TYPE_CRASH) {
		kbuf.buf_align = 16;
		kbuf.buf_min = MIN_BOOTPARAM_ADDR;
		crash_hp_load_slots(image, &kbuf, params);
	}
END
}

# --- the crash path -----------------------------------------------------------------

sub crash_path {
	my ($tree) = @_;
	my $core = 'kernel/crash_core.c';

	crash_path_lock($tree);
	my %locks = ('__crash_kexec' => 'crash',
		     'crash_handle_hotplug_event' => 'update',
		     'crash_check_hotplug_support' => 'update');
	for my $function (sort keys %locks) {
		my $holder = $locks{$function};

		# messages name it as well
		$tree->edit_function($core, $function, 'if with kexec_trylock()',
			qr/(\bif \(!?kexec_trylock)\(\)/, sub { "$_[0]_$holder()" });
		$tree->edit_function($core, $function, 'kexec_unlock()',
			qr/\bkexec_unlock\(\)/, "kexec_unlock_$holder()");
	}
	$tree->edit_function($core, '__crash_kexec', 'machine_kexec()',
		qr/^\t\t\tmachine_kexec\(kexec_crash_image\);\n/m, <<END);
			/*
			 * An update may have hidden the image, or shown it,
			 * until its CPU was stopped.
			 */
			image = READ_ONCE(kexec_crash_image);
			if (image)
				machine_kexec(image);
			else
				pr_emerg("the crash image is hidden by an update: no dump\\n");
END
	$tree->edit_function($core, '__crash_kexec', 'variable fixed_regs',
		qr/^(\t\t\tstruct pt_regs fixed_regs;\n)/m,
		sub { "$_[0]\t\t\tstruct kimage *image;\n" });
	$tree->edit($core, 'end of kexec_crash_loaded()',
		qr/^(EXPORT_SYMBOL_GPL\(kexec_crash_loaded\);\n)/m, sub { $_[0] . <<END });

/*
 * Will a crash use the image, or does it already? An update may hide the image
 * for a moment, so that kexec_crash_image does not say.
 */
bool kexec_crash_expected(void)
{
	return READ_ONCE(kexec_crash_image) || kexec_locked_past_update();
}
END
	$tree->edit('include/linux/crash_core.h', 'prototype of kexec_crash_loaded()',
		qr/^(int kexec_crash_loaded\(void\);\n)/m,
		sub { "$_[0]bool kexec_crash_expected(void);\n" });
	$tree->edit_function('arch/powerpc/kernel/smp.c', 'crash_smp_send_stop',
		'look at kexec_crash_image', qr/\bif \(kexec_crash_image\)/,
		'if (kexec_crash_expected())');
}

# who holds the kexec lock
sub crash_path_lock {
	my ($tree) = @_;
	my $internal = 'kernel/kexec_internal.h';

	$tree->edit_function($internal, 'kexec_trylock', 'compare and exchange',
		qr/\(&__kexec_lock, &old, 1\)/, '(&__kexec_lock, &old, KEXEC_LOCKED)');
	$tree->edit($internal, 'comment of __kexec_lock',
		qr/^ \*\/\n(extern atomic_t __kexec_lock;\n)/m, sub { <<END . $_[0] });
 *
 * Who needs the image for himself, as a load does, finds 0 there and keeps all
 * others out. An update of the loaded image keeps it whole, or hidden, at every
 * store, so a crash may come while it is held by an update. Each takes away its
 * own bit only: while a crash has its bit nobody else gets in, not even when the
 * update has ended.
 */
#define KEXEC_LOCKED		1
#define KEXEC_LOCKED_UPDATE	2
#define KEXEC_LOCKED_CRASH	4

END
	$tree->edit($internal, 'end of kexec_unlock()',
		qr/^(static inline void kexec_unlock\(void\)\n\{.*?^\}\n)/ms,
		sub { $_[0] . <<END });

static inline bool kexec_trylock_update(void)
{
	int old = 0;

	return atomic_try_cmpxchg_acquire(&__kexec_lock, &old,
					  KEXEC_LOCKED_UPDATE);
}

static inline void kexec_unlock_update(void)
{
	atomic_fetch_andnot_release(KEXEC_LOCKED_UPDATE, &__kexec_lock);
}

static inline bool kexec_trylock_crash(void)
{
	int old = atomic_read(&__kexec_lock);

	do {
		if (old & ~KEXEC_LOCKED_UPDATE)
			return false;
	} while (!atomic_try_cmpxchg_acquire(&__kexec_lock, &old,
					     old | KEXEC_LOCKED_CRASH));
	return true;
}

static inline void kexec_unlock_crash(void)
{
	atomic_fetch_andnot_release(KEXEC_LOCKED_CRASH, &__kexec_lock);
}

/* an update or a crash has its bit */
static inline bool kexec_locked_past_update(void)
{
	return atomic_read(&__kexec_lock) & ~KEXEC_LOCKED;
}
END
}

# --- the rest ---------------------------------------------------------------------

sub documentation {
	my ($tree, $source) = @_;
	my $directory = 'Documentation/admin-guide/kdump';

	$source->port($directory, 'crash-hotplug.rst');
	$tree->edit("$directory/index.rst", 'entry kdump',
		qr/^([ \t]*)(kdump\n)/m, sub { "$_[0]$_[1]$_[0]crash-hotplug\n" });
	$tree->edit_config('kernel/Kconfig.kexec', 'CRASH_HOTPLUG', 'help text',
		qr/^(\thelp\n)(?:\t[^\n]*\n|\n)+/m, sub { $_[0] . <<END });
	  Keep a loaded crash kernel true while CPUs and memory come and go:
	  the kernel itself updates those of its segments that describe the
	  machine. These are the elfcorehdr, which lists the memory to be
	  dumped, and on powerpc the flattened device tree. User space need
	  not load the crash kernel again after each such event.

	  See <file:Documentation/admin-guide/kdump/crash-hotplug.rst>.

	  If unsure, say Y.
END
}

sub kunit {
	my ($tree, $source) = @_;
	my @files = $source->kunit(GENERIC);
	my @objects = map { s/\.c$/.o/r } grep { /\.c$/ } @files;
	my @powerpc = grep { /fdt/ } @objects;
	my @generic = grep { !/fdt/ } @objects;
	my $makefile = GENERIC . '/Makefile';
	my $symbol = 'CRASH_HP_KUNIT_TEST';

	return if !@objects;
	my $lines = join '', map { "obj-\$(CONFIG_$symbol)\t+= $_\n" } @generic;
	$lines .= "ifdef CONFIG_PPC64\n" . join('', map {
		"CFLAGS_$_ := -I\$(srctree)/" . POWERPC . "\n" .
		"obj-\$(CONFIG_$symbol)\t+= $_\n" } @powerpc) . "endif\n"
		if @powerpc;
	$tree->append($makefile, "\n$lines");
	$tree->add_config_after('kernel/Kconfig.kexec', 'CRASH_MAX_MEMORY_RANGES',
		<<END);
config $symbol
	bool "KUnit tests of crash hotplug" if !KUNIT_ALL_TESTS
	depends on KUNIT=y && CRASH_HP
	default KUNIT_ALL_TESTS
	help
	  Tests of what keeps a loaded crash kernel true: lists of memory
	  ranges, the elfcorehdr, and on powerpc the flattened device tree.
	  They run at boot and touch neither an image nor the machine.

	  If unsure, say N.
END
}

# stores are counted, and the machine panics after one of them
sub panic_at_store {
	my ($tree, $source) = @_;
	my $compat = GENERIC . '/kernel_compat.h';
	my $symbol = 'CRASH_HP_PANIC_AT_STORE';

	$source->port(GENERIC, 'panic_at_store.c');
	$tree->add_to_makefile(GENERIC . '/Makefile', 'elfcorehdr.o',
		"obj-\$(CONFIG_$symbol)\t+= panic_at_store.o");
	$tree->edit($compat, 'crash_hp_stored()',
		qr/^(static inline void crash_hp_stored\(void\) \{ \}\n)/m, sub { <<END });
#ifdef CONFIG_$symbol
void crash_hp_stored(void);
#else
$_[0]#endif
END
	$tree->add_config_after('kernel/Kconfig.kexec', 'CRASH_MAX_MEMORY_RANGES',
		<<END);
config $symbol
	bool "Panic in the middle of an update of the crash kernel"
	depends on DEBUG_KERNEL && CRASH_HP
	help
	  Count what updates store into the loaded crash kernel, and panic
	  after the store that /sys/module/crash_hp/parameters/panic_at_store
	  names: to see that a dump is possible at any time.

	  If unsure, say N.
END
}

1;
