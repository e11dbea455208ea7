"""Writing outside: submissions, grades, the interpreter, the packages."""

from tests.attacks.attack import Attack

ATTACKS = [
    Attack(
        "files and folders changed by their names",
        """
for name in ("gradebook.db", "alice/hw/notebook.ipynb"):
    target = os.path.join(WORLD, name)
    for mode in ("w", "a", "r+"):
        attempt(lambda: open(target, mode).write("changed"))
    attempt(os.truncate, target, 0)
    attempt(os.open, target, os.O_RDONLY | os.O_TRUNC)
    attempt(os.remove, target)
    attempt(os.rename, target, target + ".old")
attempt(os.mkdir, WORLD + "/new")
attempt(os.symlink, "/", WORLD + "/root")
attempt(os.link, WORLD + "/secret", WORLD + "/copy")
attempt(os.rename, WORLD, WORLD + ".gone")
""",
    ),
    Attack(
        "modes, owners, times and attributes",
        """
target = WORLD + "/gradebook.db"
attempt(os.chmod, target, 0)
attempt(os.chown, target, os.getuid(), os.getgid())
attempt(os.utime, target, (1, 1))
attempt(os.setxattr, target, "user.evil", b"1")
for path in (sys.prefix, np.__file__, "/usr", os.__file__):
    attempt(os.chmod, path, 0o777)
    attempt(os.utime, path, (1, 1))
number = os.open(np.__file__, os.O_RDONLY)
attempt(os.fchmod, number, 0o777)
""",
    ),
    Attack(
        "start-up files of the interpreter",
        """
import dlcourse, site, sysconfig
folders = {*sys.path, *site.getsitepackages(), sysconfig.get_path("purelib")}
for folder in {*filter(None, folders), os.path.dirname(os.__file__)}:
    for name in ("evil.pth", "sitecustomize.py", "usercustomize.py", "evil.py"):
        attempt(lambda: open(os.path.join(folder, name), "w").write("EVIL = 1"))
""",
    ),
    Attack(
        "the packages themselves, and their compiled files",
        """
import dlcourse.grading.sandbox.child as child, dlcourse.grading.sandbox.values as values
for module in (child, values, np, os):
    for path in (module.__file__, module.__cached__):
        for mode in ("a", "wb", "r+b"):
            attempt(open, path, mode)
        attempt(os.remove, path)
        attempt(os.replace, path, path + ".old")
""",
    ),
    Attack(
        "the home, the schedule and the settings of the user",
        """
for name in ("/root/.bashrc", "/root/.ssh/authorized_keys", "/etc/crontab", "/etc/ld.so.preload",
             "/root/.ipython/profile_default/startup/evil.py", "/var/spool/cron/crontabs/root",
             "/usr/local/lib/evil.so", "/etc/profile.d/evil.sh", "/.evil", "/evil"):
    attempt(lambda: open(name, "a").write(""))
""",
    ),
    Attack(
        "the kernel's switches and its devices",
        """
for name in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/1/oom_score_adj",
             "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper",
             "/sys/devices/system/cpu/cpu1/online", "/dev/mem", "/dev/kmsg", "/dev/fuse",
             "/dev/sda", "/dev/vda", "/dev/tty", "/dev/ptmx", "/dev/console"):
    attempt(os.open, name, os.O_WRONLY)
attempt(os.mknod, "device", 0o600 | 0o060000, os.makedev(8, 0))
attempt(os.mkfifo, "pipe")
""",
    ),
]
