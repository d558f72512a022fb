"""Runs in the virtual environment, where the SDK is: python -m toolchain.download ROOT VERSION."""

import socket
import subprocess
import sys
from urllib.error import URLError

from pulumi.automation import PulumiCommand
from semver import VersionInfo

# For the first contact; archive.py bounds the whole.
CONNECT_SECONDS = 15.0


def download(root: str, version: str) -> str | None:
    """Why the archive could not be installed, in one line, or None."""
    socket.setdefaulttimeout(CONNECT_SECONDS)
    try:
        PulumiCommand.install(root=root, version=VersionInfo.parse(version))
    except URLError as error:
        return f"the download site could not be reached: {error.reason}"
    except TimeoutError:
        return f"the download site did not answer within {CONNECT_SECONDS:.0f} s"
    except subprocess.CalledProcessError as error:
        lines = error.output.decode(errors="replace").strip().splitlines() if error.output else []
        return f"the official installer failed: {lines[-1] if lines else f'exit {error.returncode}'}"
    return None


if __name__ == "__main__":
    sys.exit(download(sys.argv[1], sys.argv[2]))
