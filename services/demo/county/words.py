"""What invented people say and write in the stories, as they would in a visit record or an answer to a duty.

No name, number or place in it: these texts are about children and are sealed by the services that receive them.
"""

from random import Random

_WORDS: dict[str, tuple[str, ...]] = {
    "contact.call": (
        "打通家长电话，说孩子今天没出门，问不出缘由，答应晚上再问。",
        "家长在外地工地上，说不知道孩子没到校，让爷爷奶奶去看看。",
        "电话接通，家长支吾，只说家里有事，过两天再说。",
    ),
    "contact.home_visit": (
        "到家里见到爷爷，说孩子跟亲戚上山了，要过几天才回。",
        "家访见到奶奶，奶奶听不懂普通话，请邻居翻译，说孩子不想出门。",
        "家访见到家长，讲了义务教育法，家长听着没表态。",
    ),
    "dropout.evidence": (
        "连续六个上课日未到校，班级考勤、两次联系记录和家访照片附后，家长当面表示暂不送读。",
        "考勤表、家访记录、村委会情况说明附后，经核实确已停止上学。",
    ),
    "cause.hardship": (
        "父亲住院欠债，老人年迈，家里连往返车费和生活费都拿不出。",
        "家里房子受灾后重建，借了钱，想让孩子留家里放牛省下生活费。",
    ),
    "cause.learning": ("小学基础差，听不懂数学和英语，觉得坐在教室里丢人。", "成绩排在后面，被叫家长几次后不肯再进校门。"),
    "cause.family_attitude": (
        "父亲认为读书无用，不如早点学手艺挣钱。",
        "爷爷说女孩子识几个字就行，家里要人带弟弟妹妹。",
    ),
    "cause.labour": ("跟同乡去外省作坊打零工，每月往家里寄钱。", "暑假跟亲戚进厂帮工，开学没有回来。"),
    "cause.lost_contact": ("离家后手机停机，家人说只收到过一次报平安的短信。", "跟网友外出后失去联系，家里也找不到人。"),
    "cause.school_factor": (
        "和同班同学起了冲突，觉得老师处理不公，不愿回原来的座位。",
        "被高年级同学起外号，觉得没面子，不肯再去。",
    ),
    "parent": (
        "“不是不想让他读，是真的供不起了。”",
        "“孩子自己不肯去，打也打了骂也骂了。”",
        "“要是学校能帮一把，我明天就送他来。”",
        "“读出来也要打工，早打晚打一个样。”",
    ),
    "child": (
        "“我想回去，又怕跟不上。”",
        "低着头不说话，问到以后想做什么，小声说想学修车。",
        "“要是能和原来的同桌坐一起，我就回去。”",
        "“在家也没意思，就是不好意思见老师。”",
    ),
    "child.absent": ("孩子不在家，没有见到。",),
    "policy": (
        "讲解了《义务教育法》第五条、第十一条，两免政策和生活补助标准，发放明白卡一张。",
        "说明了法定监护人送子女入学的义务和不送读的后果，也讲了资助政策。",
    ),
    "result.will_return": ("家长答应按约定时间送孩子返校。", "家长和孩子都点了头，约好到校时间，班主任到村口接。"),
    "result.undecided": ("家长态度有松动，没有当场答应。", "老人愿意送，说要等儿子电话里同意。"),
    "result.refused": ("家长拒绝签字，村干部在场见证。", "家长避而不见，留下联系方式。"),
    "result.not_found": ("家属提供了同行人的线索，已转公安核查。",),
    "next.visit": ("三天内由校长带队再次上门。", "请村干部先做工作，后天再去。"),
    "next.return": ("落实到校时间和座位，安排同学帮助。", "备好课本和座位，返校当天由班主任接。"),
    "next.trace": ("继续与家属保持联系，每周核对一次线索。",),
    "measure.aid": ("按寄宿生生活补助政策提出申请，先行垫付当月餐费。", "对照资助项目提出申请，免除校服费用。"),
    "measure.livelihood_talk": ("会同村委会商量家里的活计，公益岗位优先考虑。",),
    "measure.donation_in_kind": ("联系爱心物资，解决棉被和冬衣。",),
    "measure.assessment": ("由数学、语文老师各做一次学情摸底，找出断点年级。",),
    "measure.tutoring": ("每周二、周四课后一对一补课四十分钟。", "每天自习时间补半小时基础，单元过关就换内容。"),
    "measure.counselling": ("心理教师每周谈一次，第一个月不排名、不点名批评。",),
    "measure.group_visit": ("工作小组集体上门，请同村考上大学的学生讲经历。",),
    "measure.commitment": ("与监护人签订承诺书，双方义务逐项检查。",),
    "measure.employer_report": ("请人社部门查处用工单位，核实用工日期和年龄。",),
    "measure.bring_home": ("请家长和公安协助，把孩子接回家。",),
    "measure.tracing": ("与公安、家属三方每周核对线索。",),
    "measure.pupil_view": ("专门回访听孩子怎么说，不让当事老师参加。",),
    "measure.bullying_check": ("调查起外号的事，分别找相关学生和家长谈话，一周内反馈。",),
    "commitment": ("监护人承诺按时送孩子到校、不安排务工；学校承诺落实补课和资助。",),
    "duty.decide_relief.granted": (
        "入户核查属实，按程序给予临时救助，已通知家庭办理银行卡。",
        "该户符合条件，纳入低保动态管理，救助金下月发放。",
    ),
    "duty.persuade.will_return": ("包村干部上门两次，家庭同意送读，已安排车接送。", "会同村委会做通老人工作，农活由邻居互助。"),
    "duty.inspect_child_labour.child_labour": (
        "到用工单位检查，确认未满十六周岁，已责令清退并立案。",
        "联系用工地人社部门协查，作坊无证照，人已转移，继续追查。",
    ),
    "duty.verify_whereabouts.found": ("经查，其同行人员在外省务工地有暂住登记，已联系当地派出所协助。",),
    "duty.verify_whereabouts.not_found": ("经比对近期乘车住宿信息，暂无轨迹，已列入协查。",),
    "duty.verify_household_status.relief_household": ("系统比对，该户为脱贫户，帮扶责任人已联系。",),
    "duty.verify_household_status.monitored": ("系统比对，该户为监测户，风险未消除，已纳入帮扶计划。",),
    "duty.verify_household_status.neither": ("系统比对，该户不是脱贫户，也不是监测户。",),
    "duty.support_family.done": ("妇联干部入户两次，和家长谈女孩读书的事，送去学习用品。",),
    "duty.inspect_employer.child_labour": ("到该用工点检查，未办理登记，已责令停业并移交人社部门。",),
    "duty.supervise_school.done": ("到校督导，学校已调整座位、处理起外号一事，整改情况属实。",),
    "duty.letter": ("复函扫描件（已盖章）",),
    "duty.late": ("因人员抽调逾期，补报情况如上。",),
    "whereabouts.place": ("外省沿海一处工业园区", "外省县城的小作坊"),
    "whereabouts.employer": ("一家没有挂牌的制衣作坊", "亲戚承包的水果包装点"),
    "return.evidence": ("第一节课前到校，班主任清点，座位和课本已安排。", "由家长送到学校门口，返校照片和考勤附后。"),
    "follow.study": ("能跟上语文，数学还要补；作业按时交。", "第一单元小测及格，自己主动来问题目。"),
    "follow.life": ("在食堂吃饭正常，冬衣已发到手里。", "周末按时回家，周日下午按时返校。"),
    "follow.psychology": ("话多了些，和同桌一起打球。", "愿意参加合唱，见到老师会打招呼。"),
    "follow.attendance": ("返校以来全勤。", "每天按时到校，没有迟到。"),
    "relapse.contact": ("电话里说又和同学闹了矛盾，早上出了门没到学校。", "家长说孩子半路折回，躲在同学家。"),
    "closing.evidence": ("返校满二十个上课日，全勤，跟踪记录三次，资助到位。",),
    "closing.confirmed": ("入户核实，孩子在校就读，家庭情况平稳。",),
    "closing.approved": ("材料齐全，同意销号，继续跟踪到学期末。",),
    "leave": ("家里办喜事请假。", "回老家探望长辈。", "办理身份证件请假。", "参加县里比赛。"),
    "illness": ("感冒发热，在卫生室输液。", "肠胃炎，医生建议休息。", "扭伤脚踝，不便行走。"),
    "illness.long": ("住院治疗，出院证明和诊断书已交。", "水痘隔离，医院证明已交。"),
    "one_day": ("睡过头，走到半路又回去了。", "跟着家里人赶场去了。", "下雨山路不通，没来成。", "帮家里收庄稼。"),
    "correction": ("人在食堂帮忙，点名时没有看见。", "迟到十分钟，漏改了名单。", "被体育老师叫去搬器材。"),
    "uncertain.was_sent": ("已打电话核实，家长说收到了短信。",),
    "uncertain.was_not_sent": ("打电话联系上家长，没有收到短信，已当面告知，不再重发。",),
    "unreachable": ("号码已停用，向邻居要到了新号码。", "原号码换了主人，托同学带回新号码。"),
    "silent": ("任课教师临时代班，忘了上报点名。", "学校停电断网，当天没有上报。"),
}


def say(chance: Random, slot: str) -> str:
    return chance.choice(_WORDS[slot])
