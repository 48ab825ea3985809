#include "crawler/fetch/wheel_reader.h"

namespace mcprisk::crawler {

std::string_view wheel_reader() {
    return R"py(
import configparser, email.parser, glob, json, os, re, shutil, stat, subprocess, sys, zipfile

MOST_BYTES = 2 << 30      # of all wheels, unpacked
MOST_FILES = 200000
MOST_ROUNDS = 24
MOST_WHEELS = 400
METADATA = 4 << 20


def stop(why):
    sys.exit("ERROR: " + why)


# pip as it is installed, or the one that Python brings for new environments.
PIP = ("import runpy, sys\n"
       "try:\n import pip\n"
       "except ImportError:\n"
       " import ensurepip, glob, os\n"
       " d = getattr(ensurepip, '_WHEEL_PKG_DIR', None) or "
       "os.path.join(os.path.dirname(ensurepip.__file__), '_bundled')\n"
       " sys.path.insert(0, sorted(glob.glob(d + '/pip-*.whl'))[-1])\n")
try:
    exec(PIP)
    from pip._vendor.packaging.markers import default_environment
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name
except Exception as error:
    stop("this Python has no pip to download with: %s; install python3-pip or python3-venv" % error)

tool = os.environ["MCPRISK_TOOL_DIR"]
bin_dir = os.environ["MCPRISK_BIN_DIR"]
wheels = os.path.join(tool, "wheels")
site = os.path.join(tool, "site")


def download(requirements):
    shutil.rmtree(wheels, ignore_errors=True)
    os.makedirs(wheels)
    words = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-input",
             "--disable-pip-version-check", "--retries", "2",
             "--cache-dir", os.environ["MCPRISK_WHEEL_CACHE"], "--dest", wheels]
    code = PIP + "sys.argv = ['pip'] + sys.argv[1:]\nrunpy.run_module('pip', run_name='__main__')"
    done = subprocess.run([sys.executable, "-I", "-c", code] + words + requirements)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return sorted(glob.glob(os.path.join(wheels, "*.whl")))


def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
        if len(names) != 1 or archive.getinfo(names[0]).file_size > METADATA:
            stop("%s has no readable METADATA" % os.path.basename(wheel))
        text = archive.read(names[0]).decode("utf-8", "replace")
    head = email.parser.Parser().parsestr(text, headersonly=True)
    return canonicalize_name(head.get("Name", "")), head.get_all("Requires-Dist") or []


def needed(requirement, extras):
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate(dict(default_environment(), extra=extra))
               for extra in sorted(extras) + [""])


def resolve(root):
    asked = [root]
    extras = {canonicalize_name(root.name): set(root.extras)}
    for _ in range(MOST_ROUNDS):
        words = []
        for one in asked:
            word = one.name + str(one.specifier)
            if word not in words:
                words.append(word)
        if len(words) > 4 * MOST_WHEELS:
            stop("%s needs more than %d packages" % (root.name, MOST_WHEELS))
        found = download(words)
        if len(found) > MOST_WHEELS:
            stop("%s needs more than %d packages" % (root.name, MOST_WHEELS))
        known = {(canonicalize_name(a.name), str(a.specifier)) for a in asked}
        grown = False
        for wheel in found:
            name, lines = metadata(wheel)
            for line in lines:
                try:
                    one = Requirement(line)
                except Exception:
                    continue  # as pip does with what nobody can read
                if not needed(one, extras.get(name, set())):
                    continue
                if one.url:
                    stop("%s needs %s from an address of its own (%s), which is not fetched"
                         % (name, one.name, one.url[:200]))
                wanted = canonicalize_name(one.name)
                more = set(one.extras) - extras.setdefault(wanted, set())
                if more or (wanted, str(one.specifier)) not in known:
                    extras[wanted] |= more
                    known.add((wanted, str(one.specifier)))
                    asked.append(one)
                    grown = True
        if not grown:
            return found
    stop("the dependencies of %s have no end" % root.name)


left = [MOST_BYTES, MOST_FILES]


def place(name):
    """Where a member goes: site, or the programs; None: nowhere."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or any(p in ("", ".", "..") for p in parts):
        stop("a wheel holds the path %r" % name[:200])
    if not parts[0].endswith(".data"):
        return os.path.join(site, *parts)
    if len(parts) < 3:
        return None
    if parts[1] in ("purelib", "platlib"):
        return os.path.join(site, *parts[2:])
    if parts[1] == "scripts" and len(parts) == 3:
        return os.path.join(bin_dir, parts[2])
    return None


def unpack(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            path = place(info.filename)
            left[1] -= 1
            if left[1] < 0:
                stop("the wheels hold more than %d files" % MOST_FILES)
            if path is None:
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(info) as source, open(path, "wb") as target:
                while True:
                    block = source.read(1 << 20)
                    if not block:
                        break
                    left[0] -= len(block)
                    if left[0] < 0:
                        stop("the wheels unpack to more than %d MiB" % (MOST_BYTES >> 20))
                    target.write(block)
            if os.path.dirname(path) == bin_dir or (info.external_attr >> 16) & stat.S_IXUSR:
                os.chmod(path, 0o755)


START = """#!%s
import os, sys
site = %r
sys.path.insert(0, site)
os.environ["PYTHONPATH"] = site
from %s import %s
sys.exit(%s())
"""


def programs(name):
    """Only those of the package itself, as a runner would offer them."""
    for info in glob.glob(os.path.join(site, "*.dist-info")):
        if canonicalize_name(os.path.basename(info).split("-")[0]) != name:
            continue
        parser = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
        parser.optionxform = str
        try:
            parser.read(os.path.join(info, "entry_points.txt"), encoding="utf-8")
        except Exception as error:
            stop("its entry_points.txt cannot be read: %s" % error)
        section = "console_scripts"
        for program, entry in (parser.items(section) if parser.has_section(section) else []):
            target = re.fullmatch(r"\s*([\w.]+)\s*:\s*([\w.]+)\s*(\[.*\])?\s*", entry)
            if target is None or not re.fullmatch(r"[\w.-]+", program) or program in (".", ".."):
                continue
            path = os.path.join(bin_dir, program)
            first = target.group(2).split(".")[0]
            with open(path, "w") as out:
                out.write(START % (sys.executable, site, target.group(1), first, target.group(2)))
            os.chmod(path, 0o755)


root = Requirement(sys.argv[1])
if root.url:
    stop("%s names an address" % root.name)
found = resolve(root)
own = canonicalize_name(root.name)
os.makedirs(site, exist_ok=True)
os.makedirs(bin_dir, exist_ok=True)
for wheel in found:
    unpack(wheel)
# What other packages bring as scripts is not started by name.
programs(own)
shutil.rmtree(wheels, ignore_errors=True)
)py";
}

}  // namespace mcprisk::crawler
