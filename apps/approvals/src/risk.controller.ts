import { Body, Controller, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { BodyLimit, LARGEST_BODY } from '#service/bodies';
import { CLOCK, type Clock } from '#service/clock';
import { Answers } from '#service/openapiAnswer';
import { Computes } from '#service/permit';
import { calibrationOf, Predictions } from './calibration.js';
import { recalibrate, RecalibrationQuestion } from './recalibration.js';
import { assess, RiskInputs } from './risk.js';
import { CalibrationAnswer, RecalibrationAnswer, RiskAnswer } from './riskAnswer.js';
import { initialRiskModel, RiskModel } from './riskModel.js';

const model = RiskModel.optional().describe('The model a new installation starts with, if not given');
const Preview = z.strictObject({ inputs: RiskInputs, model }).meta({ id: 'RiskPreview' });
const Recalibration = RecalibrationQuestion.extend({
  model,
  at: RecalibrationQuestion.shape.at.optional().describe('The moment of the run; the present if not given'),
}).meta({ id: 'RecalibrationQuestion' });
const Foretold = z.strictObject({ predictions: Predictions }).meta({ id: 'CalibrationQuestion' });

/** What a change would be scored, and how well a model scores. */
@Controller('v1/risk')
export class RiskController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Score, band, floors, probability and what each factor adds, with the largest single improvement (APR-02, 4.1). */
  @Post('preview')
  @Computes()
  @Answers(RiskAnswer, 'The score, and what made it.')
  preview(@Body({ schema: Preview }) { inputs, model: by }: z.infer<typeof Preview>) {
    return assess(inputs, by);
  }

  /** A model refitted to outcomes, proposed or rejected for reasons; a person promotes it (APR-03, 4.1.6). */
  @Post('recalibrate')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(RecalibrationAnswer, 'The refitted model, and whether it is any better.')
  recalibrate(@Body({ schema: Recalibration }) question: z.infer<typeof Recalibration>) {
    return recalibrate({ model: initialRiskModel, at: this.clock().toISOString(), ...question });
  }

  /** How well predictions foretold failures: Brier score, AUC, calibration error, and bands that drifted (APR-03.4). */
  @Post('calibration')
  @Computes()
  @BodyLimit(LARGEST_BODY)
  @Answers(CalibrationAnswer, 'How well failures were foretold.')
  calibration(@Body({ schema: Foretold }) { predictions }: z.infer<typeof Foretold>) {
    return calibrationOf(predictions);
  }
}
