"""Dates as people type them in Chinese forms.

Django's own list has a form that Python cannot read (`%n`, `%j`).
"""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
