#!/bin/sh
# The sleep model from the data to the files in functions/models, in order; each step can be run alone.
#   scripts/models/sleep/run.sh FOLDER_OF_SLEEP_ACCEL [WORK_FOLDER]
# What is already in the work folder (default .models) is kept: folds that are done are not trained again.
set -eu
data=$1
work=${2:-.models}
models=functions/models
here=scripts/models/sleep
python=${PYTHON:-python3}
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

$python $here/prepare.py --data "$data" --out "$work/minutes.npz"
for recipe in v3 v4; do
  $python $here/train.py folds --recipe $recipe --data "$work/minutes.npz" --out "$work/folds/$recipe"
done
[ -e "$work/final/v4/final.npz" ] || $python $here/train.py final --recipe v4 --data "$work/minutes.npz" --out "$work/final/v4"
$python $here/evaluate.py --recipe v4 --data "$work/minutes.npz" --folds "$work/folds/v4" --against "$work/folds/v3" --out "$work/v4.json"
$python $here/baselines.py --data "$work/minutes.npz" --out "$work/baselines.json"
$python $here/export.py --recipe v4 --data "$work/minutes.npz" --final "$work/final/v4" --evaluation "$work/v4.json" \
  --out $models/sleep-tcn-v4.onnx
$python $here/golden.py $models/sleep-tcn-v4.onnx > $models/sleep-tcn-v4.golden.json
$python $here/card.py --recipe v4 --data "$work/minutes.npz" --final "$work/final/v4" --evaluation "$work/v4.json" \
  --baselines "$work/baselines.json" --models $models
$python $here/export-folds.py --recipe v4 --data "$work/minutes.npz" --folds "$work/folds/v4" --manifest $models/sleep-tcn-v4.json \
  --out "$work/folds/v4-onnx"
npm run --silent evaluate-sleep -- --data "$data" --folds "$work/folds/v4-onnx" --write
