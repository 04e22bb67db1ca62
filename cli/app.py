"""
The program's commands, by name, and what a failure of any of them looks like.

A command's module is imported when the command is called: `--help` stays quick, and a command that serves
does not load what reads workbooks.
"""

from collections.abc import Sequence
from typing import Any

import click

from cli.groups import LazyGroup
from cli.guard import DONE, explained

# Command → where it stands, and what it is for.
COMMANDS = {
    "serve": ("cli.serve:serve", "启动服务：微信推送和网页"),
    "worker": ("cli.worker:worker", "启动后台任务"),
    "migrate": ("cli.migrate:migrate", "建好或升级数据库"),
    "demo": ("cli.demo:demo", "装入演示数据"),
    "doctor": ("cli.doctor:doctor", "检查设置、数据库、网络，说明哪里不对、怎么办"),
    "places": ("cli.places:places", "地名名单"),
    "units": ("cli.units:units", "单位名单"),
    "workdays": ("cli.workdays:workdays", "节假日和调休"),
    "questionnaire": ("cli.questionnaire:questionnaire", "检查、导入、试答问卷"),
    "coaching": ("cli.coaching:coaching", "检查诱导语，申请和批准放行"),
    "round": ("cli.round:round_", "建立、开放、关闭调查"),
    "qr": ("cli.qr:qr", "二维码：生成、导入、海报、检查、统计、停用"),
    "menu": ("cli.menu:menu", "公众号聊天窗口下面的菜单"),
    "opinions": ("cli.opinions:opinions", "意见：重建搜索索引"),
    "items": ("cli.items:items", "整改事项：导入、统计"),
    "funnel": ("cli.funnel:funnel", "核对扫码、关注、作答的计数"),
    "quality": ("cli.quality:quality", "答卷质量：搁置了哪些，为什么"),
    "results": ("cli.results:results", "结果：核对累计的数，重算印出来的表"),
    "slips": ("cli.slips:slips", "领导评价的纸票"),
    "ballots": ("cli.ballots:ballots", "领导评价的投票箱：见证人、开票"),
    "feedback": ("cli.feedback:feedback_", "反馈报告：每个县（区）、每个单位一份 PDF"),
    "export": ("cli.export:export", "导出答卷"),
    "audit": ("cli.audit:audit", "检查操作记录有没有被人动过"),
    "keys": ("cli.keys:keys", "更换数据密钥"),
    "privacy": ("cli.privacy:privacy", "个人信息留多久，清理到期的"),
    "staff": ("cli.staff:staff", "工作人员账号"),
    "liaisons": ("cli.liaisons:liaisons", "联络员，和他们的微信绑定"),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
@click.option("--debug", is_flag=True, help="出错时显示完整的错误记录。")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """
    民意：微信问卷调查。

    \b
    例：python -m cli doctor
        python -m cli round open 2026年度
    """
    context.obj = debug


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit code: 0 done, 1 failed, 2 wrong usage. Never raises for a mistake."""
    debug = "--debug" in arguments
    try:
        outcome: Any = cli.main(args=list(arguments), prog_name="python -m cli", standalone_mode=False)
    except BaseException as error:
        code, words = explained(error, debug=debug)
        if words:
            click.echo(words, err=True)
        return code
    return outcome if isinstance(outcome, int) else DONE
