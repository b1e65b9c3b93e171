"""What oversight refuses."""

from __future__ import annotations

from services.chassis.errors import NotFound


class NothingToTrace(NotFound):
    zh = "没有该案件编号、任务编号、学生、申请或事件，或您无权查看。"
    en = "There is no such case number, duty, pupil, application or event, or it is not yours to see."


class NoSuchService(NotFound):
    zh = "没有名为“{service}”的服务。"
    en = "There is no service named {service}."
