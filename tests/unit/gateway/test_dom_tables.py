"""Reading rows out of an accessibility snapshot."""

from __future__ import annotations

from gateway.browser.dom_tables import parse_snapshot

SNAPSHOT = """
- group "System":
  - table:
    - rowgroup:
      - row "Table Setup":
        - rowheader "Table Setup ( customize )":
          - link "customize":
            - /url: "#"
        - cell:
          - combobox "Add Level" [expanded]: All
        - cell
      - 'row "Reports: it\'\'s \\"new\\""':
        - 'rowheader "Reports: it\'\'s \\"new\\""'
        - cell:
          - 'combobox "Add: Level"': "yes"
"""


def test_rows_are_read_by_header_role_and_name() -> None:
    assert parse_snapshot(SNAPSHOT) == {
        "Table Setup ( customize )": {("link", "customize"): "", ("combobox", "Add Level"): "All"},
        'Reports: it\'s "new"': {("combobox", "Add: Level"): "yes"},
    }
