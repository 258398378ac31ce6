"""Pages as a crawl brings them: ordinary Chinese texts, and pages of governments that come near an annual report.

Belongs here: what is on the pages, invented from our own words, and how they are encoded. Doesn't belong here:
reports (``tests.report_writer``), judging (``tests.benchmarks.first_pass``).
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from extract.catalogue.model import Catalogue
from extract.documents import Document
from tests.report_writer import traditional

#: What ordinary sentences are made of, by topic: who, does what, to what.
TOPICS: dict[str, tuple[str, str, str]] = {
    "sports": ("主队 客队 教练 门将 替补球员 俱乐部 裁判", "赢下 错过 公布 换下 期待 回顾", "比赛 点球 名单 冠军 赛季 公开赛 合同"),
    "cooking": ("面团 豆腐 猪肉 酱油 茶叶 米饭 汤锅", "放入 切成 煮开 搅拌 腌制 撒上", "清水 葱花 小块 锅里 十分钟 香料 盘中"),
    "novel": ("少年 师父 公主 老人 黑衣人 掌柜 姑娘", "望着 走进 想起 拔出 叹道 推开", "山门 长剑 月光 客栈 往事 院子 书信"),
    "finance": ("公司 基金 股价 分析师 董事会 银行 债券", "公告 上涨 披露 维持 下调 增持", "年度报告 净利润 评级 公开市场 总计 股份 收益"),
    "technology": ("处理器 开发者 服务器 程序 用户 接口 浏览器", "更新 调用 打开 维护 返回 修复", "信息内容 数据 公开密钥 缓存 版本 日志 页面"),
    "shop": ("本店 卖家 这款外套 快递 顾客 客服 仓库", "包邮 处理 支持 发出 申请 公布", "退货 尺码 优惠券 三个工作日 评价 订单 总计"),
    "health": ("医生 患者 血压 药物 孩子 护士 门诊", "建议 检查 复查 服用 避免 开出", "维生素 病历 早餐 疫苗 结果 处方 症状"),
    "travel": ("古城 导游 公园 索道 游客 客栈 公路", "开放 经过 通往 收费 看见 沿着", "湖边 门票 自然风光 机场 寺庙 公里 夜市"),
    "law_blog": ("法院 原告 律师 当事人 检察院 被告 仲裁庭", "审理 提起 驳回 维持 纠正 裁定", "行政诉讼 行政复议 赔偿 公开庭审 证据 合同 判决"),
    "school": ("学校 老师 同学 教务处 班级 家长 图书馆", "举办 公示 参加 组织 报名 整理", "公开课 考试 社团 成绩 讲座 自然科学 校园"),
}  # fmt: skip
CLOSERS = ("。", "。", "！", "，", "；", "？")
SMALL_WORDS = (
    "昨天",
    "后来",
    "其实",
    "因为",
    "据了解",
    "在这里",
    "一边",
    "于是",
    "目前",
    "3月",
    "2023年",
    "约50%",
    "大约",
)

#: Words of governments' pages that aren't about information disclosure only.
OFFICE_SENTENCES = (
    "各有关部门要加强组织领导,明确责任分工,确保工作落到实处。",
    "会议传达学习了有关文件精神,研究部署下一阶段重点工作。",
    "本办法自公布之日起施行,有效期五年。",
    "行政许可事项实行清单管理,行政处罚决定依法公示,行政强制措施从严控制。",
    "规范性文件应当经过合法性审核,涉及规章的按程序报批。",
    "对行政事业性收费和政府集中采购项目加强监督。",
    "当事人对决定不服的,可以在六十日内申请行政复议,也可以依法提起行政诉讼。",
    "报名人员须于工作日携带身份证原件到现场审核。",
    "项目总投资约3200万元,由财政资金安排。",
    "公示期间如有异议,请以书面形式实名反映。",
)
#: Near misses: a title, and sentences of their own.
NEAR_MISSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "guide": ("{organ}政府信息公开指南", (
        "公民、法人或者其他组织可以根据条例规定,向本机关申请获取政府信息。",
        "申请人应当填写政府信息公开申请表,描述所需信息的名称、文号。",
        "本机关收到申请后,能够当场答复的当场答复,不能当场答复的自收到之日起二十个工作日内答复。",
        "属于国家秘密的政府信息不予公开,涉及第三方合法权益的征求意见。",
        "对不予公开、部分公开、无法提供、不予处理、重复申请的情形分别告知。",
        "主动公开规章和规范性文件、行政许可、行政处罚、行政强制的依据、条件、程序。",
        "本机关编制政府信息公开工作年度报告,于每年1月31日前公布。")),
    "catalogue_page": ("{organ}政府信息公开目录", (
        "机构职能 领导信息 规章 规范性文件 规划计划 行政许可 行政处罚 行政强制 财政预决算",
        "行政事业性收费 政府集中采购 重大项目 应急管理 政府信息公开年报 依申请公开",
        "索引号 信息名称 生成日期 公开方式 公开时限 责任部门")),
    "system": ("{organ}政府信息公开工作制度", (
        "公开政府信息应当坚持以公开为常态、不公开为例外。",
        "拟公开的信息须经保密审查,未经审查不得发布。",
        "建立政府信息主动公开、依申请公开、年度报告和责任追究制度。")),
    "news": ("{organ}召开政府信息公开工作推进会", (
        "会议通报了上年度政府信息公开工作年度报告编制和发布情况。",
        "会议要求提高政府信息公开申请办理质量,减少行政复议和行政诉讼纠错。",
        "与会人员围绕主动公开内容、解读回应进行了交流。")),
    "notice": ("关于做好{year}年政府信息公开工作年度报告编制工作的通知", (
        "各单位要认真总结本年度政府信息公开工作,如实填报各项数据。",
        "年度报告应当包括总体情况、主动公开、依申请公开、存在问题和其他事项。",
        "请于1月20日前将年度报告报送我办,逾期予以通报。")),
    "list_of_reports": ("政府信息公开年报", (
        "{organ}2021年政府信息公开工作年度报告 2022-01-20",
        "{organ}2022年政府信息公开工作年度报告 2023-01-18",
        "{organ}2023年政府信息公开工作年度报告 2024-01-25")),
    "application_form": ("政府信息公开申请表", (
        "申请人信息 公民 姓名 工作单位 证件名称 证件号码 通信地址 联系电话",
        "法人或其他组织 名称 组织机构代码 法人类型 商业企业 科研机构 社会公益组织 法律服务机构 其他",
        "所需政府信息的名称 文号 特征性描述 提供方式 纸面 电子 获取方式 邮寄 自行领取")),
    "regulation": ("有关政府信息公开的规定", (
        "第二十条 行政机关应当主动公开本行政机关的下列政府信息。",
        "第三十六条 对政府信息公开申请,行政机关根据不同情况分别作出答复。",
        "申请人无正当理由逾期不补正的,视为放弃申请。",
        "行政机关收到政府信息公开申请,需要补正的,一次性告知。")),
    "budget": ("{organ}{year}年部门预算公开", (
        "收入总计与支出总计平衡,较上年增长。", "三公经费财政拨款预算数比上年减少。",
        "政府采购项目公开情况见附表,国有资产占用情况公开如下。")),
    "recruitment": ("{organ}公开招聘工作人员公告", (
        "面向社会公开招聘事业单位工作人员,坚持公开、平等、竞争、择优。", "资格审查贯穿招聘工作全过程。",
        "笔试成绩在政府网站公布,体检结果另行通知。")),
    "other_annual_report": ("{organ}{year}年法治政府建设年度报告", (
        "推进严格规范公正文明执法,办理行政处罚案件若干件。", "依法全面推进政务公开,主动公开政府信息。",
        "存在的主要问题和下一步工作打算。")),
    "summary": ("{organ}{year}年工作总结和下年计划", (
        "一年来主动公开各类信息,办理依申请公开件,按时办结率达到百分之百。",
        "梳理权责清单,取消行政许可事项,行政处罚信息及时公示。")),
    "interpretation": ("关于{organ}有关政策的解读", (
        "该文件经合法性审查后公开发布,对申请条件和办理流程作了规定。", "政策咨询电话在工作时间开通。")),
    "penalties": ("{organ}行政处罚信息公开表", (
        "处罚决定书文号 违法事实 处罚依据 处罚结果 处罚日期 公开期限",
        "某公司未按规定公开信息,罚款伍仟元。")),
}  # fmt: skip
#: Pages that quote the form itself: by their words they can't be told from reports.
QUOTES: dict[str, tuple[str, tuple[str, ...]]] = {
    "notice_that_quotes": ("关于{year}年政府信息公开工作年度报告格式的通知", (
        "准确填写本年制发件数、本年废止件数、现行有效件数和本年处理决定数量。",
        "结果维持、结果纠正、其他结果、尚未审结四栏之和等于总计。",
        "总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在的主要问题及改进情况、其他需要报告的事项依次编写。")),
}  # fmt: skip
ORGANS = ("青石县水务局", "桂树街道办事处", "柳溪县林业局", "平江市人民政府办公室", "团山乡人民政府", "舟南市审计局")
SCRIPT = "<script>var _hmt=_hmt||[];(function(){var h=document.createElement('script');h.src='/js/a.js';})();</script>"
STYLE = (
    "<style>.nav li{float:left;width:120px;font-family:'微软雅黑'}.content p{text-indent:2em;line-height:1.8}</style>"
)
#: The last is of governments.
MENUS = (
    "首页 新闻 体育 财经 科技 娱乐 汽车 房产 论坛 登录 注册",
    "首页 商品分类 购物车 我的订单 帮助中心 公司介绍 联系我们",
    "首页 政务公开 政府信息公开指南 政府信息公开年报 依申请公开 办事服务 互动交流 公告公示",
)
#: Shares of governments' pages, of those that quote the form, and of the encodings.
NEAR_MISS_SHARE, QUOTE_SHARE = 0.12, 0.002
CHARSETS = {"utf-8": 80, "gb18030": 14, "utf-16": 1, "big5hkscs": 2, "utf-8-sig": 3}


class Page(NamedTuple):
    """A document and its kind: a topic, or the name of a near miss."""

    kind: str
    document: Document


def pages(catalogue: Catalogue, count: int, seed: int) -> Iterator[Page]:
    """So many pages; of the same seed always the same."""
    chance = Random(seed)
    ordinary = {topic: _sentences(topic, Random(topic)) for topic in TOPICS}
    for number in range(count):
        drawn = chance.random()
        is_near = drawn < NEAR_MISS_SHARE
        kinds = QUOTES if drawn < QUOTE_SHARE else NEAR_MISSES if is_near else TOPICS
        kind = chance.choice(list(kinds))
        title, sentences = _near_miss(kind, chance) if is_near else (chance.choice(ordinary[kind]), ordinary[kind])
        length = int(min(chance.lognormvariate(3.6, 0.9), 400)) + 3
        own = chance.choices(sentences, k=length if not is_near else min(length, 60))
        if is_near:
            own += chance.choices(OFFICE_SENTENCES, k=chance.randrange(20))
            chance.shuffle(own)
        yield Page(kind, _document(number, title, own, is_near, chance))


def _sentences(topic: str, chance: Random) -> list[str]:
    who, does, what = (words.split() for words in TOPICS[topic])

    def clause() -> str:
        small = chance.choice(SMALL_WORDS) if chance.random() < 0.4 else ""
        return small + chance.choice(who) + chance.choice(does) + "了" * chance.randrange(2) + chance.choice(what)

    return ["".join(clause() + chance.choice(CLOSERS) for _ in range(chance.randint(1, 5))) for _ in range(800)]


def _near_miss(kind: str, chance: Random) -> tuple[str, list[str]]:
    title, sentences = (NEAR_MISSES | QUOTES)[kind]
    known = {"organ": chance.choice(ORGANS), "year": chance.randint(2015, 2025)}
    return title.format(**known), [sentence.format(**known) for sentence in sentences]


def _document(number: int, title: str, sentences: list[str], is_near: bool, chance: Random) -> Document:
    is_page = chance.random() < 0.85
    text = _page(title, sentences, is_near, chance) if is_page else "\n".join((title, *sentences))
    charset = chance.choices(list(CHARSETS), list(CHARSETS.values()))[0]
    if charset == "big5hkscs" or chance.random() < 0.04:
        text = traditional(text)
    content = text.replace("%CHARSET%", charset).encode(charset, "replace")
    return Document(f"https://www.example.cn/{number}.{'html' if is_page else 'txt'}", content)


def _page(title: str, sentences: list[str], is_near: bool, chance: Random) -> str:
    menu = MENUS[-1] if is_near else chance.choice(MENUS[:-1])
    links = "".join(
        f'<li><a href="/c/{n}/">{word}</a></li>' for n, word in enumerate(menu.split() * chance.randint(1, 4))
    )
    body = "\n".join(f'<p style="text-indent: 2em;"><span>{sentence}</span></p>' for sentence in sentences)
    head = f'<meta charset="%CHARSET%"><title>{title}</title>{STYLE * chance.randint(0, 4)}{SCRIPT * chance.randint(0, 20)}'
    foot = f"<div class='footer'>版权所有 备案号12345 联系电话 公安备案 <a href='/'>网站地图</a></div>{SCRIPT}"
    return f"<!DOCTYPE html><html><head>{head}</head><body><div class='nav'><ul>{links}</ul></div><h1>{title}</h1>{body}{foot}</body></html>"
