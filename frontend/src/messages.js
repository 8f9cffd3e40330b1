// What scripts say, in the language of the page.
const TEXTS = {
  zh: {
    cancel: "取消",
    close: "关闭",
    confirm: "确定",
    copied: "已复制",
    copyFailed: "没能复制，请长按选中后复制",
    draftFailed: "草稿没有存上，请检查网络",
    draftSaved: "草稿已保存 {0}",
    fieldLeft: "还可以写 {0} 个字",
    fieldOver: "超出 {0} 个字，请删减",
    keysHelp: "键盘快捷键",
    keysNext: "下一条",
    keysOff: "关闭单键快捷键",
    keysOn: "打开单键快捷键",
    keysOpen: "打开选中的一条",
    keysPrevious: "上一条",
    keysSearch: "跳到搜索框",
    keysThis: "显示这份说明",
    photoAdded: "已添加 {0}",
    photoFailed: "没有传上，点此重试",
    photoRefused: "{0} 不是能用的图片，请换一张",
    photoRemove: "移除 {0}",
    photoRemoved: "已移除 {0}",
    photoSending: "正在上传 {0}",
    photoTooMany: "最多添加 {0} 张",
    queueKept: "现在没有网络。内容已保存在这部手机上，联网后会自动发送。请不要关闭本页。",
    queueRestored: "已恢复您上次没有发出的内容。",
    queueDiscard: "清除草稿",
    queueSending: "网络已恢复，正在发送……",
    sending: "正在提交……",
    chartBusy: "图表已加载",
    legendCount: "经过 {0} 次",
    legendNow: "现在在这一步",
    legendPassed: "已经走过",
    diagramFailed: "流程图没能显示。请刷新页面；文字记录不受影响。",
    diagramName: "流程图",
    unitOther: "数量",
  },
  en: {
    cancel: "Cancel",
    close: "Close",
    confirm: "Confirm",
    copied: "Copied",
    copyFailed: "Could not copy; select the text and copy it by hand",
    draftFailed: "The draft was not saved; check the network",
    draftSaved: "Draft saved {0}",
    fieldLeft: "{0} characters left",
    fieldOver: "{0} characters too many",
    keysHelp: "Keyboard shortcuts",
    keysNext: "Next item",
    keysOff: "Turn single-key shortcuts off",
    keysOn: "Turn single-key shortcuts on",
    keysOpen: "Open the selected item",
    keysPrevious: "Previous item",
    keysSearch: "Go to search",
    keysThis: "Show this help",
    photoAdded: "Added {0}",
    photoFailed: "Not uploaded. Try again",
    photoRefused: "{0} is not a usable picture; choose another",
    photoRemove: "Remove {0}",
    photoRemoved: "Removed {0}",
    photoSending: "Uploading {0}",
    photoTooMany: "At most {0} pictures",
    queueKept: "You are offline. What you wrote is kept on this phone and will be sent when the network is back. Please leave this page open.",
    queueRestored: "What you had not sent last time is back.",
    queueDiscard: "Clear the draft",
    queueSending: "Back online, sending…",
    sending: "Sending…",
    chartBusy: "Chart loaded",
    legendCount: "Passed {0} times",
    legendNow: "The case is here now",
    legendPassed: "Already passed",
    diagramFailed: "The diagram cannot be shown. Reload the page; the written record is not affected.",
    diagramName: "Process diagram",
    unitOther: "Count",
  },
};

const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";

/** Give the sentence for `key`; {0}, {1} … are replaced by `values`. */
export function say(key, ...values) {
  return values.reduce((text, value, at) => text.replace(`{${at}}`, value), TEXTS[language][key]);
}

/** Speak a short sentence: shown for a moment and read out by a screen reader. */
export function announce(text) {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = text;
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => { place.textContent = ""; }, 4000);
}
