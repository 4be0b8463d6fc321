# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option of C(module_utils/_chunk/filters.py)."""

    # Written out, since language servers read the text of this file. A test compares the copies of shared options.
    DOCUMENTATION = r"""
options:
  filters:
    description:
      - Conditions that restrict which chunks can be found. At least one is required.
      - A condition that Trieve would ignore, such as an empty list, and a field that it does not know are refused.
    type: dict
    suboptions:
      must:
        description: Conditions that must all hold.
        type: list
        elements: dict
        suboptions: &condition
          field:
            description:
              - Field to compare, such as V(tag_set), V(link), V(num_value), V(time_stamp), V(group_tracking_ids)
                or V(metadata.NAME).
            type: str
          match_all:
            description: Strings or numbers of which the field must have all.
            type: list
            elements: raw
          match_any:
            description: Strings or numbers of which the field must have at least one.
            type: list
            elements: raw
          range:
            description: Limits of a number.
            type: dict
            suboptions:
              gt:
                description: Greater than this.
                type: float
              gte:
                description: Greater than or equal to this.
                type: float
              lt:
                description: Less than this.
                type: float
              lte:
                description: Less than or equal to this.
                type: float
          date_range:
            description: Limits of a time, as ISO 8601 dates or dates and times. Without a time zone, they are in UTC.
            type: dict
            suboptions:
              gt:
                description: Later than this.
                type: str
              gte:
                description: Later than or equal to this.
                type: str
              lt:
                description: Earlier than this.
                type: str
              lte:
                description: Earlier than or equal to this.
                type: str
          boolean:
            description: Value of a boolean field.
            type: bool
          geo_bounding_box:
            description: Box that must contain the location.
            type: dict
            suboptions:
              top_left:
                description: North-western corner.
                type: dict
                required: true
                suboptions: &point
                  lat:
                    description: Latitude in degrees.
                    type: float
                    required: true
                  lon:
                    description: Longitude in degrees.
                    type: float
                    required: true
              bottom_right:
                description: South-eastern corner.
                type: dict
                required: true
                suboptions: *point
          geo_radius:
            description: Circle that must contain the location.
            type: dict
            suboptions:
              center:
                description: Center of the circle.
                type: dict
                required: true
                suboptions: *point
              radius:
                description: Radius in meters.
                type: float
                required: true
          geo_polygon:
            description: Polygon that must contain the location.
            type: dict
            suboptions:
              exterior:
                description: Corners of the polygon. The last one must be the same as the first.
                type: list
                elements: dict
                required: true
                suboptions: *point
              interior:
                description: Polygons to exclude, each a list of corners.
                type: list
                elements: list
          ids:
            description: IDs of chunks, instead of a field.
            type: list
            elements: str
          tracking_ids:
            description: Tracking IDs of chunks, instead of a field.
            type: list
            elements: str
      must_not:
        description: Conditions of which none may hold.
        type: list
        elements: dict
        suboptions: *condition
      should:
        description: Conditions of which at least one must hold.
        type: list
        elements: dict
        suboptions: *condition
"""
