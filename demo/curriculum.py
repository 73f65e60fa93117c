"""The demonstration's courses, in Chinese: short and correct, with one page for each lesson."""

from dataclasses import replace
from typing import Any

from cms.writing import CourseText, LessonText


def _lesson(*, title: str, class_hours: str, paragraphs: tuple[str, ...], remember: str) -> LessonText:
    body: list[tuple[str, Any]] = [("text", paragraph) for paragraph in paragraphs]
    body.append(("callout", {"kind": "remember", "text": f"<p>{remember}</p>"}))
    return LessonText(slug="", title=title, class_hours=float(class_hours), body=body)


def _course(*, title: str, slug: str, tier: str, intro: str, lessons: tuple[LessonText, ...]) -> CourseText:
    numbered = [replace(lesson, slug=f"lesson-{number}") for number, lesson in enumerate(lessons, start=1)]
    return CourseText(slug=slug, title=title, tier=tier, intro=intro, lessons=numbered)


COURSES = (
    _course(
        title="志愿精神与《志愿服务条例》",
        slug="spirit-and-law",
        tier="beginner",
        intro="学完这门课，您能说清什么是志愿服务，以及您有哪些权利和义务。",
        lessons=(
            _lesson(
                title="什么是志愿服务",
                class_hours="0.5",
                paragraphs=(
                    "<p>志愿服务，是志愿者、志愿服务组织和其他组织自愿、无偿地向社会或者他人提供的公益服务。"
                    "这句话出自国务院 2017 年公布的《志愿服务条例》，其中有三个要点："
                    "<b>自愿</b>、<b>无偿</b>、<b>公益</b>。</p>",
                    "<h3>自愿</h3><p>参加不参加、参加哪一项，由您自己决定。任何人不得强行指派，也不能替您报名。"
                    "单位集体报名时，也要您本人同意才算数。</p>",
                    "<h3>无偿</h3><p>志愿服务不收报酬。必要的交通、用餐补助和保险不是报酬。有偿的工作、商业推广，"
                    "不是志愿服务，也不计服务时长。</p>",
                    "<h3>公益</h3><p>受益的是社区和需要帮助的人。把这三点记住，遇到拿不准的事，就能自己判断。</p>",
                ),
                remember="自愿、无偿、公益，三者缺一不可。",
            ),
            _lesson(
                title="您的权利和义务",
                class_hours="0.5",
                paragraphs=(
                    "<h3>您的权利</h3><ul><li>了解活动的真实情况和可能发生的风险，再决定是否参加；</li>"
                    "<li>先接受必要的培训，再上岗；</li><li>有危险的活动，组织方要为您购买人身意外伤害保险；</li>"
                    "<li>如实记录您的服务时间，并免费为您出具志愿服务记录证明；</li>"
                    "<li>您的个人信息不经同意不得公开。</li></ul>",
                    "<h3>您的义务</h3><ul><li>按约定的时间和内容完成服务，来不了提前说；</li>"
                    "<li>尊重服务对象的人格和隐私，不收取报酬；</li><li>听从活动负责人的安排，注意安全；</li>"
                    "<li>签到、签退由本人完成，不代签。</li></ul>",
                    "<p>如果记录有误，您可以随时提出更正，由记录单位核实。这是规定给您的权利，不是给别人添麻烦。</p>",
                ),
                remember="来不了，请提前告诉活动负责人；记录有误，随时可以提出更正。",
            ),
        ),
    ),
    _course(
        title="签到签退与时长管理",
        slug="check-in-and-hours",
        tier="beginner",
        intro="学完这门课，您会自己签到、签退，也看得懂每一分钟是怎么算的。",
        lessons=(
            _lesson(
                title="到场先签到，离开要签退",
                class_hours="0.5",
                paragraphs=(
                    "<p>到了活动现场，用微信或相机扫一扫负责人手机上的动态码，或者墙上的海报，点一下“签到”就完成了。"
                    "离开时再扫一次，点“签退”。</p>",
                    "<h3>几种情况</h3><ul><li><b>没有智能手机：</b>请负责人用签到卡或签到表帮您签到；</li>"
                    "<li><b>第一次用手机签到：</b>用社工打印的登录条登录一次，以后半年不用再登录；</li>"
                    "<li><b>来早了：</b>开始前 90 分钟就可以签到，但时长从活动开始算起；</li>"
                    "<li><b>走晚了：</b>结束后 3 小时内都可以签退，时长算到活动结束为止。</li></ul>",
                    "<p>签到和签退都要本人完成。系统会留下每一次扫码，包括没有成功的，方便以后核对。</p>",
                ),
                remember="忘记签退，这一次就先记 0 分钟，要请负责人处理。离开前看一眼手机。",
            ),
            _lesson(
                title="时长怎么算",
                class_hours="0.5",
                paragraphs=(
                    "<p>时长只算实际服务的时间，按分钟记录，不翻倍、不凑整、不奖励。打开“我的”，点任意一条记录，"
                    "就能看到每一步是怎么算的，以及依据哪一条规则。</p>",
                    "<h3>一个例子</h3><p>活动 9:00 到 12:10，中间 11:30 到 11:55 吃饭。您 9:00 签到、12:10 签退，"
                    "在场 190 分钟，减去用餐 25 分钟，计 165 分钟，也就是 2.7 小时（保留一位小数，只舍不入）。</p>",
                    "<h3>什么时候生效</h3><p>签退后马上能看到分钟数，这时是“待确认”。负责人确认后进入公示，"
                    "公示期满没有异议就“已生效”，可以用来开证明。</p>",
                    "<p>学习时长和服务时长分开记：听课是学习，讲课和助教是服务。</p>",
                ),
                remember="同一分钟只算一次；每天最多计 8 小时，经批准不超过 12 小时。",
            ),
        ),
    ),
    _course(
        title="关爱长者陪伴技巧",
        slug="being-with-elders",
        tier="intermediate",
        intro="学完这门课，您能和长者聊得来，也知道什么时候该求助。",
        lessons=(
            _lesson(
                title="怎样开口，怎样听",
                class_hours="1",
                paragraphs=(
                    "<p>陪伴不是办事，是让对方觉得有人在听。先打招呼、报姓名、说明来意，问一句“现在方便吗”，再坐下来。</p>",
                    "<h3>三个小方法</h3><ol><li>坐到能看见对方眼睛的位置，语速慢一点，一句只说一件事；</li>"
                    "<li>问能展开的问题：“您以前做什么工作？”比“您身体好吗？”更容易聊下去；</li>"
                    "<li>听完先重复要点：“您是说，最担心的是晚上起夜，对吗？”</li></ol>",
                    "<p>对方重复讲一件事，说明这件事对他重要，不必纠正。听不清时，换个说法，不要只是提高音量。</p>",
                ),
                remember="多听少说；答应的事要做到，做不到的不要答应。",
            ),
            _lesson(
                title="安全、隐私和求助",
                class_hours="1",
                paragraphs=(
                    "<h3>安全</h3><p>入户两人同行，进门前告诉负责人，离开时再报一声。"
                    "不替长者取药、换药，不代为保管钱物、存折和钥匙。</p>",
                    "<h3>隐私</h3><p>家里的情况不拍照、不发群。确实需要记录，先征得本人同意，只记和服务有关的内容。</p>",
                    "<h3>求助</h3><p>遇到跌倒、胸痛、说话含糊、意识不清，立即拨打 120，再通知负责人和家属；"
                    "不要急着搀扶。发现长者可能遇到诈骗，先稳住，别转账，可以拨打 96110 咨询。</p>",
                ),
                remember="紧急情况：先打 120，再找负责人。",
            ),
        ),
    ),
    _course(
        title="活动策划与风险预案",
        slug="planning-and-risks",
        tier="advanced",
        intro="学完这门课，您能写出一页纸的活动方案，并想到可能出什么事。",
        lessons=(
            _lesson(
                title="一页纸的活动方案",
                class_hours="1",
                paragraphs=(
                    "<p>好的方案一页纸就够，回答六个问题：<b>为谁做、做什么、什么时候、在哪里、谁来做、怎么算做成了</b>。</p>",
                    "<h3>从需要出发</h3><p>先问居民，再定内容。去过三户、问过五个人，比坐在屋里想两小时更有用。</p>",
                    "<h3>岗位和人数</h3><p>把事情分成岗位，每个岗位写清做什么、要几个人、要学过什么课。"
                    "时段之间留出休息，用餐时间写进方案，这部分不计时长。</p>",
                    "<h3>做成的样子</h3><p>用看得见的结果来写："
                    "“走访 40 户，更换 12 个老旧插线板”，而不是“提高安全意识”。</p>",
                ),
                remember="需要、岗位、人数、时间、地点、结果，缺一项就先别发布。",
            ),
            _lesson(
                title="想在前面：风险预案",
                class_hours="1",
                paragraphs=(
                    "<p>把活动从头到尾在脑子里走一遍，每一步问自己：这里可能出什么事？谁会受伤？怎样避免？真出了事，先做什么、找谁？</p>",
                    "<h3>常见的四类</h3><ul><li><b>天气：</b>高温、暴雨、结冰，提前一天决定是否改期；</li>"
                    "<li><b>场地：</b>用电、楼梯、车流，提前到现场看一遍；</li>"
                    "<li><b>人：</b>突发疾病、走失，指定一名应急联系人；</li>"
                    "<li><b>物：</b>梯子、刀具、明火，能不用就不用。</li></ul>",
                    "<p>有危险的活动要先买保险，未成年人一律不参加。这两条没有例外。</p>",
                ),
                remember="有危险：先保险，后发布；未成年人不参加。",
            ),
        ),
    ),
)
