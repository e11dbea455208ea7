"""What the package index shows of the course: the README in the wheel, and nothing beside it."""

import re
import zipfile

from dlcourse.course import catalogue, launch


def test_every_link_and_picture_leads_to_the_repository(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        page = archive.read(metadata).decode()
    local = r"\]\((?!https?:|#)[^)]*|(?:src|srcset)=\"(?!https?:)[^\"]*"
    assert re.findall(local, page) == []
    branch = f"{catalogue.repository()}/{{}}/{launch.BRANCH}/"
    assert f"]({branch.format('raw')}docs/overview.png)" in page
    assert f'src="{branch.format("raw")}docs/matrix.png"' in page
    assert f"]({branch.format('blob')}notebooks/01_tensors.ipynb)" in page
