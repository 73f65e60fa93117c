# ruff: noqa: E501  a text is one line, so that it is read and compared as a whole
"""The clauses that a new rule set begins with: code, source, Chinese and English text.

Sources: L is a law or ministerial order, P is practice that others have published, D is agreed on in the community,
which may change it. A text with source D never claims that the law demands it. `{…}` is filled in from the rule set's
parameters at publication, so that text and counting cannot differ.
"""

from string import Formatter
from typing import NamedTuple


class Text(NamedTuple):
    code: str
    source: str
    zh: str
    en: str


TEXTS = (
    # Registration
    Text("R1", "L/D",
         "志愿者登记包括姓名、性别、出生日期、证件类型和号码、居住区域、联系方式、技能和服务类别（《志愿服务记录与证明出具办法（试行）》第五条）。有姓名和一种联系方式就可以开始；证件号码在第一次开具印有它的证明之前补齐即可。",
         "The roll holds name, sex, birth date, type and number of an ID document, area of residence, contact, skills and kinds of service (Order 67, Art. 5). A name and one contact are enough to begin; the ID number is needed only before the first certificate that prints it."),
    Text("R2", "L",
         "工作人员代您录入资料，须先得到您的同意；系统保存录入人和同意的凭据（《记录与证明出具办法》第六条）。",
         "Staff enter your data only with your consent; who entered it and how you consented is kept (Order 67, Art. 6)."),
    Text("R3", "P",
         "居民身份证号码要通过校验位和出生日期检查。护照、港澳台居民证件、外国人永久居留身份证同样接受。",
         "A resident ID number must pass its check digit and hold a real date. Passports, permits of Hong Kong, Macao and Taiwan residents, and foreign permanent residence cards are accepted as well."),
    Text("R4", "P/D",
         "手机号填写中国大陆 11 位号码，前面的 +86 可以省略。几位志愿者可以合用一个号码，长辈常常如此。",
         "A phone number has the 11 digits of the mainland; +86 may be left out. Several people may share a number, as elders often do."),
    Text("R5", "D",
         "一个人只有一份记录。填写了证件号码的，系统据此避免重复登记，不公开号码本身。",
         "One person has one record. Where an ID number is given, it keeps people from being registered twice; the number itself is not disclosed."),
    Text("R6", "P/D",
         "志愿者编号由字母 V、登记年份、六位顺序号和一位校验码组成，不含身份证号码。",
         "The volunteer number is V, the year, six digits in sequence and a check character. It never contains the ID number."),
    Text("R7", "L",
         "招募公告要写明真实情况和可能发生的风险；报名时由您确认已经知晓，确认会保存下来（《志愿服务条例》第十二条）。",
         "A recruitment notice is truthful and names the risks that may occur; you confirm having read them, and that is kept (Regulations on Voluntary Service, Art. 12)."),
    Text("R8", "L/D",
         "任何人不得强迫他人参加（《志愿服务条例》第二十五条）。单位统一报名后，经本人点开链接确认，或当天本人签到，才对本人生效。",
         "Nobody is made to take part (Regulations, Art. 25). When a unit signs up its people, it takes effect for each who accepts by the link or checks in on the day."),
    # Minors
    Text("N1", "L/D",
         "不满 {min_age} 周岁的不登记。民法典第二十条：不满八周岁的未成年人由法定代理人代理实施民事法律行为。",
         "Nobody under {min_age} is registered. Civil Code, Art. 20: a child under eight acts through a legal representative."),
    Text("N2", "L/D",
         "8 至 17 岁的，报名前须有监护人同意，按年或按次活动给出，随时可以撤回，满 18 岁失效；不满 14 岁的还由监护人陪同。16、17 岁以自己的劳动收入为主要生活来源的，视为成年人。",
         "From 8 to 17 a guardian's consent is needed before signing up, for a year or an activity; it can be withdrawn and lapses at 18. Under 14 the guardian comes along. At 16 and 17, those who live mainly on their own labour count as adults."),
    Text("N3", "L/D",
         "标明有危险的活动不接受未成年人参加，任何人不能例外。部分省市的法规对此有规定，其他地方是本社区约定。",
         "No minor takes part in an activity marked as dangerous, and nobody can make an exception. Some provinces and cities have this in law; elsewhere it is agreed on here."),
    Text("N4", "L",
         "不满 14 周岁未成年人的个人信息属于敏感个人信息：须有监护人同意，工作人员每次查看都留下记录（个人信息保护法第二十八、三十一条）。",
         "Data of children under 14 is sensitive: it needs the guardian's consent, and each time staff look at it is logged (Personal Information Protection Law, Arts. 28 and 31)."),
    # Activities and agreements
    Text("A3", "L/D",
         "协议书写明做什么、怎么做、何时何地、在什么条件下、有哪些安全保障（《志愿服务条例》第十四条）。本社区规定要签协议书的活动，先签再报名；其他活动自愿签署。协议书可以在手机上签，也可以签在纸上；签的是哪一版，都会记下来。",
         "The agreement states what is done and how, when and where, under which conditions and with which safety (Regulations, Art. 14). Where this community asks for it, it is signed before signing up; elsewhere it is offered. It is signed on the phone or on paper, and the signature names the version."),
    # Training and tiers
    Text("T1", "L",
         "培训记录写明课程名称、主要内容、学习时长、组织者和日期（《记录与证明出具办法》第八条）。",
         "A training record states the course, its main content, the learning time, the organiser and the date (Order 67, Art. 8)."),
    Text("T2", "L",
         "学习时长与服务时间分开记录，从不相加（《记录与证明出具办法》第四、七、八条）。",
         "Learning time and service time are recorded apart and never added up (Order 67, Arts. 4, 7 and 8)."),
    Text("T3", "L",
         "先培训，后上岗（《志愿服务条例》第十六条）。岗位可以要求学完课程、达到级别或持有未过期的资格，以活动当天为准。缺什么，页面会告诉您并给出链接；破例须写明理由并留下记录。",
         "Training comes before service (Regulations, Art. 16). A role may ask for courses, a tier or a valid qualification, judged on the day of the activity. What is missing is named and linked; an exception has a reason and is logged."),
    Text("T4", "D",
         "1 学时为 45 分钟。面授课程要签到签退，出勤不少于八成，有考核的须达到 60 分或由讲师评为合格。在线阅读按小节标明的学时计，与页面打开多久无关。",
         "A class hour is 45 minutes. In person it takes check-in and check-out, 80 % attendance and, where there is an assessment, 60 points or the instructor's pass. Reading online earns the lesson's stated class hours, not the time a page was open."),
    Text("T5", "D",
         "初级：学完必修课程，满 6 学时。中级：初级，加 20 小时已生效服务、8 学时和一次实践。高级：中级，加 60 小时已生效服务、10 学时，带过一次志愿者发起的活动，讲过一次课。晋级由他人审批。",
         "Beginner: the required courses, 6 class hours. Intermediate: beginner plus 20 effective service hours, 8 class hours and one practicum. Advanced: intermediate plus 60 hours, 10 class hours, one volunteer-initiated activity led and one class taught. Somebody else approves."),
    Text("T6", "P",
         "急救培训结业三年后到期，只暂停这一项资格；复训另记一条，原记录保留。",
         "A first-aid completion expires after three years; that suspends this qualification alone. A renewal is a new record, and the old one stays."),
    Text("T7", "D",
         "授课志愿者实际讲课的时间计为服务时间，学员听课不计。提供场地的单位记共建资源，不记时长。",
         "The time a volunteer instructor teaches is service time; the learners' is not. A unit that lends a venue is thanked with a contribution record, not with hours."),
    Text("T8", "D",
         "级别不等于星级，也不会自动降级。",
         "A tier is not a star rating, and nobody is demoted automatically."),
    # Check-in
    Text("C1", "P",
         "活动开始前要先发布。发布晚了的走补录，不占用任何人的补录次数。",
         "An activity is published before it starts. One published late goes the way of make-up entries, without using up anybody's."),
    Text("C2", "D",
         "开始前 {check_in_opens_minutes} 分钟可以签到，结束后 {check_out_closes_hours} 小时内可以签退；时长只算计划时段之内。结束 {late_scan_minutes} 分钟以后签退的，会标记出来请负责人看一下。",
         "Check-in opens {check_in_opens_minutes} minutes before the start, and check-out stays open for {check_out_closes_hours} hours after the end; time counts within the plan alone. A check-out more than {late_scan_minutes} minutes after the end is marked for the leader to look at."),
    Text("C3", "P/D",
         "同一个人在同一时段一天内进出超过 {max_visits} 次，会标记出来请负责人看一下，不扣时长。",
         "More than {max_visits} visits of one person to a shift in a day are marked for the leader to look at; nothing is cut."),
    Text("C4", "D",
         "动态码至少每 60 秒更换一次，过期后一个周期内仍可使用。打印的固定二维码也可以用，由负责人清点人数、与扫码人数核对后一次确认。",
         "A rotating code changes at least every 60 seconds and is accepted for one step after. A printed static code works too: the leader counts heads, compares them with the scans and confirms at once."),
    Text("C5", "L/D",
         "不得代签。没带手机的，由负责人扫志愿者的签到卡、在签到表上勾选，或录入本人签名的纸质签到表；纸质签到表是正式凭据，不算补录。方式和操作人都有记录。",
         "Nobody signs for somebody else. Without a phone, the leader scans the volunteer's card, ticks the roster or keys in the signed paper roster, which is full evidence and no make-up entry. Method and operator are recorded."),
    Text("C6", "L",
         "定位默认关闭。活动确有需要的，另行征得您的单独同意，只保存“在”或“不在”，不保存位置（个人信息保护法第二十八、二十九条）。",
         "Location is off by default. An activity that needs it asks for your separate consent, and only yes or no is kept (Personal Information Protection Law, Arts. 28 and 29)."),
    Text("C7", "D",
         "没有网络时的签到同样是事实：保存下来、注明离线、等待确认，绝不丢弃。",
         "A check-in without network is a fact that happened: it is kept, marked as offline, waits for confirmation and is never dropped."),
    Text("C8", "D",
         "每一次扫码都保存，未被接受的也保存，并写明原因。",
         "Every scan is kept, those that were refused too, with the reason."),
    Text("C9", "D",
         "可疑之处只作标记，请人来看，不会拦住任何人：一部手机为 {one_device_people} 人或更多人签到、{burst_seconds} 秒内集中签到 {burst_people} 人或更多人、时钟异常、不在平常时段等。",
         "What looks odd is marked for a person to look at and stops nobody: one phone for {one_device_people} or more people, {burst_people} or more people within {burst_seconds} seconds, strange clocks, unusual times."),
    Text("C10", "D",
         "负责人可以在结束的那一刻“全部签退”，并排除还在服务的人。签退时间就是按下的时间，不能填别的时间。",
         "The leader can check everybody out at the moment it is over, with exceptions. The time is that of the tap and never another one."),
    # Counting hours
    Text("H1", "L",
         "只计实际付出的服务时间（《记录与证明出具办法》第七条），以整分钟保存。纸面按 {paper_step_minutes} 分钟一档显示小时数，只舍不入。",
         "Only time actually given counts (Order 67, Art. 7), stored as whole minutes. Paper shows hours in steps of {paper_step_minutes} minutes, cut and never rounded up."),
    Text("H2", "P/D",
         "路途时间不计；用餐和休息不计，以活动写明的休息时段为准。",
         "Travel does not count; meals and breaks do not, as the activity states them."),
    Text("H3", "D",
         "计算顺序固定：扫码配对，截到计划时段，减去休息，去掉重叠，按天拆分，再看最低时长、筹备上限和每日上限。一次活动不足 {minimum_minutes} 分钟不计。每条记录向下取整到 {rounding_minutes} 分钟，绝不向上。",
         "The order is fixed: scans are paired, cut to the plan, less breaks and overlaps, split by day; then come the minimum, the limit on preparation and the day's limit. An activity of less than {minimum_minutes} minutes does not count. Each record is rounded down to {rounding_minutes} min, never up."),
    Text("H4", "P/D",
         "一天最多计 {daily_hours} 小时；经另一人批准最多 {daily_hard_hours} 小时，不再增加。超时服务同样须经批准。",
         "A day counts up to {daily_hours} hours, with a second person's approval up to {daily_hard_hours}, never more. Overtime is approved in the same way."),
    Text("H5", "D",
         "同一分钟只计一次，归先签到的活动。",
         "One minute counts once: the activity checked into first keeps it."),
    Text("H6", "D",
         "漏签到或漏签退的这一次暂记 0，等负责人处理或补录，绝不按计划自动填写。一次最长 {max_visit_hours} 小时。",
         "A visit without check-in or check-out earns 0 and waits for the leader or a make-up entry; nothing is filled in from the plan. No visit is longer than {max_visit_hours} hours."),
    Text("H7", "L",
         "不乘系数，节假日不加倍，岗位没有奖励时长或固定时长，因为只计实际付出的时间。",
         "No multipliers, no double hours on holidays, no bonus and no fixed hours for a role, since only time actually given counts."),
    Text("H8", "D",
         "筹备只有作为已发布、有签到的时段才计，每次活动最多 {preparation_hours} 小时。",
         "Preparation counts only as a published session with check-in, up to {preparation_hours} hours per activity."),
    Text("H9", "L/P",
         "参加会议或听讲座、聚餐、团建、排练、商业或有报酬的工作，不是志愿服务，不计时长。",
         "Attending a meeting or lecture, dinners, team building, rehearsals and commercial or paid work are not voluntary service and earn no hours."),
    Text("H10", "D",
         "时长不过期，也不能花掉。积分是另一本账。",
         "Hours never expire and are never spent. Points would be another ledger."),
    # From a visit to effective hours
    Text("K1", "D",
         "一条记录从服务中到待确认、公示中、已生效；也可能待补录、有异议、已更正、已撤销。只有已生效的计入合计、星级、级别和证明；您马上就能看到分钟数和预计生效的日子。",
         "A record goes from in progress to awaiting confirmation, on notice and effective; it may await a make-up entry, be contested, corrected or withdrawn. Only effective ones count in totals, stars, tiers and certificates; you see the minutes at once, with the day they should take effect."),
    Text("K2", "L",
         "服务记录写明活动名称、日期、地点、服务内容、服务时间、组织者和负责人（《记录与证明出具办法》第七条）。",
         "A service record states the activity, date, place, content, service time, organiser and person responsible (Order 67, Art. 7)."),
    Text("K3", "L/D",
         "活动结束后 {record_working_days} 个工作日内完成记录和评价（《记录与证明出具办法》第十一条规定不超过 10 个工作日），节假日和调休照实计算。第 3 和第 6 个工作日提醒工作人员，提醒日是本社区约定。",
         "Record and evaluation are complete within {record_working_days} working days of the end (Order 67, Art. 11, allows ten at most), with holidays and moved workdays counted right. Staff are reminded on working days 3 and 6, which is agreed on here."),
    Text("K4", "D",
         "任何人不能确认自己的时长、补录或晋级。需要第二人时，有审批权的同事、居委会联络人或未参与的骨干都可以。{second_person_working_days} 个工作日无人答复的，一人可写明理由单独办理，记录注明“单人经办”，公示 {alone_notice_days} 天，街道可以查阅。",
         "Nobody confirms their own hours, make-up entry or promotion. The second person may be anyone with the approver's right. After {second_person_working_days} working days without an answer one person may act alone with a reason; the record says so, is on notice for {alone_notice_days} days and is shown to the street office."),
    Text("K5", "D",
         "确认后公示 {notice_working_days} 个工作日。这是本社区的约定，法规没有规定公示天数。",
         "After confirmation there is a public notice of {notice_working_days} working days. This is agreed on here; no regulation prescribes it."),
    Text("K6", "L",
         "公示只显示志愿者编号、隐去部分的姓名、活动和时长，且只限同意公示的人；未成年人默认不公示，本人和监护人都同意才公示。其他人的名单在服务台可查（《志愿服务条例》第二十条、《记录与证明出具办法》第十六条）。",
         "The notice shows volunteer number, masked name, activity and hours, and only of those who consented; minors' are off unless guardian and minor turn them on. The others are listed at the desk (Regulations, Art. 20; Order 67, Art. 16)."),
    Text("K7", "D",
         "有异议的，只暂停这一条记录，{objection_working_days} 个工作日内作出决定。",
         "An objection holds the contested record alone and is decided within {objection_working_days} working days."),
    Text("K8", "L/D",
         "您随时可以申请更正，由组织者核实（《记录与证明出具办法》第十三条）。台账只增不改：先冲正，再记新的一条，写明理由、经办人和前后数字。",
         "You may ask for a correction at any time, and the organiser verifies it (Order 67, Art. 13). The ledger is only added to: a reversal and a new entry, with reason, operator, before and after."),
    Text("K9", "P/D",
         "补录须在结束后 {make_up_days} 天内提出，有凭据、一位见证人和另一位审批人，不超过计划时长，永久注明，每半年最多 {make_ups_per_half_year} 次。超过次数或天数的走更正，不会一概拒绝。签名的签到表、负责人确认前的更正和晚发布不算补录。",
         "A make-up entry is asked for within {make_up_days} days of the end, with evidence, a witness and somebody else who approves, up to the planned time, marked for good, at most {make_ups_per_half_year} in a half-year. What is more or later goes the way of corrections, never a plain no. The signed roster, the leader's own correction before confirmation and late publication are not make-up entries."),
    Text("K10", "D",
         "一次活动整体评价：“都满意，除了……”。满意记 5 分，例外记 1 至 4 分并写一句话。",
         "An activity is evaluated in one act: all satisfactory, except … Satisfactory is 5; exceptions are 1 to 4 with a word."),
    # Stars
    Text("S1", "P",
         "已生效服务满 100、300、600、1000、1500 小时，可以申请一至五星。",
         "With 100, 300, 600, 1000 and 1500 effective service hours one may apply for one to five stars."),
    Text("S2", "L/D",
         "星级看时长，也看质量（《记录与证明出具办法》第十条）。本社区约定：平均评价不低于 4 分（满分 5 分），12 个月内没有查实的投诉。",
         "Stars take time and quality (Order 67, Art. 10). Agreed on here: an average evaluation of at least 4 of 5 and no upheld complaint in 12 months."),
    # Certificates
    Text("P1", "L",
         "证明写明服务时间、服务内容和记录单位，应您要求盖章，也可以自行打印，永远免费（《记录与证明出具办法》第十四、十五条）。",
         "A certificate states service time, content and the recording unit; it is sealed at your request, you may print it yourself, and it is always free (Order 67, Arts. 14 and 15)."),
    Text("P2", "P",
         "证明的完整内容：姓名、证件类型和号码、志愿者编号、服务时间（小时）、服务内容、统计起止日期、出具主体、负责人、经办人、联系方式、证明编号、出具日期和其他需要说明的事项。",
         "The full set: name, ID type and number, volunteer number, service time (hours), content, period, issuer, person responsible, handler, contact, certificate number, date of issue and remarks."),
    Text("P3", "L",
         "谁记录，谁出具：证明只包含出具单位自己记录并已生效的服务。学院本身不是出具主体，登记的单位才是。",
         "Who recorded certifies: a certificate holds only the issuing unit's own effective records. The academy is not the issuer; the registered unit is."),
    Text("P5", "L/D",
         "证明上有编号和无法猜到的查验码。查验页显示有效、已撤销或已换发，隐去部分的姓名、时长、内容、单位、期间和记录依据，从不显示证件号码（查验依据：《记录与证明出具办法》第十七条）。",
         "A certificate has a number and a code that cannot be guessed. Its public page shows valid, revoked or reissued, the masked name, hours, content, unit, period and what the hours rest on, never an ID number (Order 67, Art. 17)."),
    Text("P6", "D",
         "开出的证明是固定的快照。之后有更正的，标为已换发并提供新的一份，已打印的内容不会悄悄改变。",
         "An issued certificate is a frozen snapshot. After a correction it is marked as reissued and a new one is offered; what is printed never changes silently."),
    Text("P8", "L",
         "出具虚假证明要承担法律责任（《记录与证明出具办法》第十七、三十八条）；出具页面会显示证明的依据。",
         "False certificates are punishable (Order 67, Arts. 17 and 38); the issuing screens show what a certificate rests on."),
    Text("P9", "D",
         "培训发的是结业证书，不叫志愿服务记录证明。",
         "For training there is a completion certificate; it is never titled a service-record certificate."),
    Text("P10", "L",
         "记录还须进入民政部指定的信息系统（《记录与证明出具办法》第四条）。我们提供导出文件，并逐条标明是否已上报。",
         "Records must also reach the system designated by the Ministry of Civil Affairs (Order 67, Art. 4). We offer the export and show for each record whether it was exported."),
    # Groups
    Text("G1", "L",
         "志愿者是自然人（《志愿服务条例》第六条）。单位的时长是成员各自记录之和，不是人数乘时间；没有名单的只计单位人次。",
         "A volunteer is a natural person (Regulations, Art. 6). A unit's hours are the sum of its members' own records, never heads times time; a headcount without names gives the unit attendances only."),
    Text("G2", "D",
         "单位登记名称、统一社会信用代码、联系人和可以提供的资源。一条记录最多归一个服务队。",
         "A unit has a name, a unified social credit code, a contact and what it offers. A record belongs to at most one team."),
    Text("G3", "D",
         "报表把人数（多少位）和人次（多少次）分开。",
         "Reports give people and attendances apart."),
    # Safety and privacy
    Text("V1", "L",
         "有危险的活动，投保人身意外伤害保险并填写保单号后才能发布（《志愿服务条例》第十七条）。",
         "A dangerous activity is published only with accident insurance and its policy number (Regulations, Art. 17)."),
    Text("V2", "L/D",
         "证件号码须单独同意，加密保存，页面只显示首尾各一位。",
         "ID numbers need separate consent, are stored encrypted, and screens show only the first and last character."),
    Text("V3", "L/P",
         "您可以查看、导出、更正和删除自己的资料（个人信息保护法第十五、四十五至四十七条），本社区在 {data_request_working_days} 个工作日内答复。删除后志愿者编号和服务记录保留，姓名和联系资料清除。资料保存 {retention_years} 年。",
         "You can read, export, correct and delete your data (Personal Information Protection Law, Arts. 15 and 45–47); the community answers within {data_request_working_days} working days. After deletion the volunteer number and the service record stay; name and contact data go. Data is kept for {retention_years} years."),
    Text("V5", "P",
         "长辈版：正文不小于 18 像素，可放大到 30 像素；行距、对比度和按钮都够大；不只靠颜色，不用图形验证，键盘也能完成一切。",
         "Elder mode: main text of at least 18 px, adjustable to 30; ample leading, contrast and targets; colour is never the only cue, there are no picture puzzles, and the keyboard does everything."),
)  # fmt: skip


OWN = "Y"  # codes of clauses that a community adds: Y1, Y2 …


def is_own(code: str) -> bool:
    """Return whether a community added the clause with this code."""
    return code.startswith(OWN)


def join_own(title: str, text: str) -> str:
    """Return the wording of a clause that a community added: its first line is the title."""
    return f"{' '.join(title.split())}\n{text.strip()}" if text.strip() else ""


def split_own(text: str) -> tuple[str, str]:
    """Return the title and the text of such a wording."""
    title, _break, rest = text.partition("\n")
    return title, rest


def fill(wording: str, parameters: dict[str, int]) -> str:
    """Return the text of `wording`, with the parameter's value in place of each `{name}`.

    A parameter in minutes can also be named in hours (`{daily_hours}`). Raises `ValueError` for an unknown name and for
    a single brace.
    """
    words = _words(parameters)
    parts = []
    for text, name, shape, conversion in Formatter().parse(wording):
        parts.append(text)
        if name is None:
            continue
        if shape or conversion or name not in words:
            raise ValueError(f"unknown placeholder {{{name}}}")
        parts.append(str(words[name]))
    return "".join(parts)


def placeholders(parameters: dict[str, int]) -> dict[str, int | str]:
    """Return the names that may stand in braces in a wording, each with what stands there instead."""
    return dict(sorted(_words(parameters).items()))


def _words(parameters: dict[str, int]) -> dict[str, int | str]:
    words: dict[str, int | str] = dict(parameters)
    for name, value in parameters.items():
        if name.endswith("_minutes"):
            words[name.removesuffix("_minutes") + "_hours"] = f"{value / 60:g}"
    return words
