// Several changes that belong together are one step of undo.
function Together() {}
Together.prototype.preExecute = ({ work }) => { work(); };

function Steps(commandStack) {
  commandStack.registerHandler("bihuan.together", Together);
  this.together = (work) => commandStack.execute("bihuan.together", { work });
}
Steps.$inject = ["commandStack"];

export default { __init__: ["bihuanSteps"], bihuanSteps: ["type", Steps] };
