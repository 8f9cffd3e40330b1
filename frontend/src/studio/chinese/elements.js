// The kinds of elements, as bpmn-js names them where one kind is changed into another.
const EVENTS = { Message: "消息", Timer: "定时", Conditional: "条件", Signal: "信号", Error: "错误", Escalation: "升级", Compensation: "补偿", Cancel: "取消", Link: "链接" };
const PLACES = {
  "start event": "开始事件",
  "intermediate catch event": "捕获事件",
  "intermediate throw event": "抛出事件",
  "boundary event": "边界事件",
  "end event": "结束事件",
};

// Message start event → 消息开始事件; with "(non-interrupting)" it leaves the step as it is.
function events() {
  const found = {};
  for (const [kind, word] of Object.entries(EVENTS)) {
    for (const [place, where] of Object.entries(PLACES)) {
      found[`${kind} ${place}`] = `${word}${where}`;
      found[`${kind} ${place} (non-interrupting)`] = `${word}${where}（不中断）`;
    }
  }
  return found;
}

export default {
  ...events(),
  "Start event": "开始事件",
  "Intermediate throw event": "中间事件",
  "Boundary event": "边界事件",
  "End event": "结束事件",
  "Terminate end event": "终止结束事件",
  Task: "任务（未定类型）",
  "User task": "人工任务",
  "Service task": "系统服务任务",
  "Send task": "发送任务",
  "Receive task": "接收任务",
  "Manual task": "线下任务",
  "Business rule task": "决策任务",
  "Script task": "脚本任务",
  "Call activity": "调用流程",
  Transaction: "事务",
  "Event sub-process": "事件子流程",
  "Sub-process": "子流程",
  "Sub-process (collapsed)": "子流程（折叠）",
  "Sub-process (expanded)": "子流程（展开）",
  "Ad-hoc sub-process": "随意子流程",
  "Ad-hoc sub-process (collapsed)": "随意子流程（折叠）",
  "Ad-hoc sub-process (expanded)": "随意子流程（展开）",
  "Exclusive gateway": "排他网关：只走一条",
  "Parallel gateway": "并行网关：全部同时走",
  "Inclusive gateway": "包容网关：符合的都走",
  "Complex gateway": "复杂网关",
  "Event-based gateway": "事件网关：先到先走",
  "Data store reference": "数据存储",
  "Data object reference": "数据对象",
  "Expanded pool/participant": "泳池（展开）",
  "Empty pool/participant": "空泳池",
  "Empty pool/participant (removes content)": "空泳池（会清除里面的内容）",
  "Sequence flow": "顺序流",
  "Default flow": "默认流",
  "Conditional flow": "条件流",
  Collection: "多份",
  Loop: "循环",
  "Parallel multi-instance": "多实例：同时",
  "Sequential multi-instance": "多实例：依次",
  "Participant multiplicity": "多个参与者",
  "Toggle non-interrupting": "切换是否中断",
};
